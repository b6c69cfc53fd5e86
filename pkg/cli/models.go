package cli

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/specgen-dev/specgen/pkg/config"
	"github.com/specgen-dev/specgen/pkg/journal"
	"github.com/specgen-dev/specgen/pkg/model"
	"github.com/specgen-dev/specgen/pkg/model/openai"
	"github.com/specgen-dev/specgen/pkg/model/replay"
)

// models are the endpoints of a run, one per role, each behind the same decorators: retries, recording, a guard against
// secrets, the journal, and one meter for all.
type models struct {
	meter  *model.Meter
	byRole map[model.Role]model.Model
	close  func() error
}

// modelOptions are what the models of a run need beside the configuration.
type modelOptions struct {
	config  *config.Resolved
	roles   []model.Role
	record  string
	replay  string
	journal *journal.Journal
	recall  *journal.Recall
	locate  model.Locate
	retried func(model.RetryNotice)
}

func openModels(ctx context.Context, env Env, o modelOptions) (*models, error) {
	if err := nameModels(ctx, env, o.config, o.replay, o.roles); err != nil {
		return nil, err
	}
	m := &models{byRole: map[model.Role]model.Model{}, close: func() error { return nil }}
	secrets := knownSecrets(env, o.config, o.roles)
	endpoint, err := m.endpoints(env, o)
	if err != nil {
		return nil, err
	}
	if endpoint, err = m.recorded(env, o, secrets, endpoint); err != nil {
		return nil, err
	}
	allow := allowed(o.config.Config().Secrets.Allow)
	for _, role := range o.roles {
		inner, err := endpoint(role)
		if err != nil {
			return nil, err
		}
		guarded := model.Guard(inner, secrets, allow, o.locate)
		kept := journal.Model(guarded, o.journal, o.recall)
		if m.meter == nil {
			m.meter = model.NewMeter(kept, o.config.Prices())
			m.byRole[role] = m.meter
			continue
		}
		m.byRole[role] = m.meter.Share(kept)
	}
	return m, nil
}

// endpoints gives what answers a role: the endpoint with retries, or a transcript.
func (m *models) endpoints(env Env, o modelOptions) (func(model.Role) (model.Model, error), error) {
	if o.replay != "" {
		player, err := openTranscript(env, o.replay)
		return func(model.Role) (model.Model, error) { return player, err }, err
	}
	return func(role model.Role) (model.Model, error) {
		client, err := openEndpoint(env, o.config, role)
		if err != nil {
			return nil, err
		}
		return model.Retry(client, model.RetryPolicy{Rand: randomFraction}, o.retried), nil
	}, nil
}

// recorded puts a recorder in front of the endpoints if one is asked for.
func (m *models) recorded(env Env, o modelOptions, secrets []string, endpoint func(model.Role) (model.Model, error)) (func(model.Role) (model.Model, error), error) {
	if o.record == "" {
		return endpoint, nil
	}
	path := absolute(env, o.record)
	file, err := os.Create(path)
	if err != nil {
		return nil, usage("name a file that can be written with --record", "%v", err)
	}
	m.close = file.Close
	recorder := replay.NewRecorder(file, transcriptHeader(env, o.config), secrets)
	return func(role model.Role) (model.Model, error) {
		inner, err := endpoint(role)
		if err != nil {
			return nil, err
		}
		return recorder.Wrap(inner), nil
	}, nil
}

func openTranscript(env Env, name string) (*replay.Player, error) {
	file, err := os.Open(absolute(env, name))
	if err != nil {
		return nil, usage("name a transcript that --record wrote", "%v", err)
	}
	defer func() { _ = file.Close() }()
	player, err := replay.Open(bufio.NewReader(file))
	if err != nil {
		return nil, usage("name a transcript that --record wrote", "%s: %v", name, err)
	}
	return player, nil
}

func openEndpoint(env Env, c *config.Resolved, role model.Role) (*openai.Client, error) {
	key, allowed, why := c.KeyFor(role)
	if !allowed {
		return nil, why
	}
	m := c.Role(role)
	idle, total := m.Timeouts()
	return openai.New(openai.Options{
		BaseURL: m.BaseURL, Key: key, KeyEnv: m.KeyEnv, IdleTimeout: idle, TotalTimeout: total, Now: env.Clock,
		UserAgent: "specgen/" + env.Version,
	})
}

// nameModels fails where a role has no model, and then lists what the endpoint offers.
func nameModels(ctx context.Context, env Env, c *config.Resolved, transcript string, roles []model.Role) error {
	err := c.Ready(roles...)
	var unnamed *config.NoModelError
	if !errors.As(err, &unnamed) || transcript != "" {
		return err
	}
	f := usage(unnamed.Hint(), "%s", unnamed.Error())
	client, err := openEndpoint(env, c, unnamed.Role)
	if err != nil {
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	names, err := client.Models(ctx)
	if err != nil || len(names) == 0 {
		return f
	}
	const most = 20
	if len(names) > most {
		names = append(names[:most:most], fmt.Sprintf("and %d more", len(names)-most))
	}
	f.Hint += "\nthe endpoint offers: " + strings.Join(names, ", ")
	return f
}

// knownSecrets are the values that must never leave but as the key of a request: the keys, and what the environment
// calls one.
func knownSecrets(env Env, c *config.Resolved, roles []model.Role) []string {
	var known []string
	for _, role := range roles {
		if value := env.Getenv(c.Role(role).KeyEnv); value != "" {
			known = append(known, value)
		}
	}
	const shortest = 12 // shorter values are words, that stand in code by chance
	for _, entry := range env.Environ {
		name, value, _ := strings.Cut(entry, "=")
		if len(value) >= shortest && secretName(name) {
			known = append(known, value)
		}
	}
	return known
}

func secretName(name string) bool {
	name = strings.ToUpper(name)
	for _, word := range []string{"API_KEY", "APIKEY", "SECRET", "PASSWORD", "ACCESS_TOKEN", "AUTH_TOKEN", "_TOKEN"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// allowed lets secrets pass that the configuration names: by rule, by name, or by the path where they stand.
func allowed(names []string) func(model.Secret) bool {
	return func(s model.Secret) bool {
		for _, name := range names {
			if name == s.Rule || name == s.Name {
				return true
			}
		}
		return false
	}
}

func absolute(env Env, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(env.Dir, name)
}

// randomFraction is from [0, 1), for the jitter of waits.
func randomFraction() float64 {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0
	}
	return float64(binary.LittleEndian.Uint64(b[:])>>11) / (1 << 53)
}
