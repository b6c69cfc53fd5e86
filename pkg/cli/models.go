package cli

import (
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

// models answer all roles of a run, behind one chain of decorators: retries, recording, a guard against secrets, the
// journal, and a meter.
type models struct {
	*model.Meter
	options  modelOptions
	secrets  []string
	endpoint model.Model
	close    func() error
}

// modelOptions are what the models of a run need beside the configuration.
type modelOptions struct {
	config  *config.Resolved
	roles   []model.Role
	record  string
	replay  string
	locate  model.Locate
	retried func(model.RetryNotice)
}

// openModels gives what answers the roles, without anything that needs the run to have begun: it fails where no model is named,
// a price is missing, or an address is not trusted.
func openModels(ctx context.Context, env Env, o modelOptions) (*models, error) {
	if err := nameModels(ctx, env, o.config, o.replay, o.roles); err != nil {
		return nil, err
	}
	endpoint, err := answering(env, o)
	if err != nil {
		return nil, err
	}
	m := &models{options: o, secrets: knownSecrets(env, o.config, o.roles), endpoint: endpoint, close: func() error { return nil }}
	if o.record != "" {
		return m, m.record(env)
	}
	return m, nil
}

// keep puts the guard, the journal and the meter in front. Nothing can be asked before.
func (m *models) keep(j *journal.Journal, r *journal.Recall) {
	m.Meter = model.NewMeter(journal.Model(m.guarded(), j, r), m.options.config.Prices())
}

// guarded is what answers, behind the guard against secrets.
func (m *models) guarded() model.Model {
	return model.Guard(m.endpoint, m.secrets, allowed(m.options.config.Config().Secrets.Allow), m.options.locate)
}

// answering gives what answers: a transcript, or for each role its endpoint with retries.
func answering(env Env, o modelOptions) (model.Model, error) {
	if o.replay != "" {
		return openTranscript(env, o.replay)
	}
	r := router{}
	for _, role := range o.roles {
		client, err := openEndpoint(env, o.config, role)
		if err != nil {
			return nil, err
		}
		r[role] = model.Retry(client, model.RetryPolicy{Rand: randomFraction}, o.retried)
	}
	return r, nil
}

// router sends a request to the endpoint of its role.
type router map[model.Role]model.Model

// Complete implements model.Model.
func (r router) Complete(ctx context.Context, req model.Request, progress model.Progress) (model.Completion, error) {
	m, ok := r[req.Role]
	if !ok {
		return model.Completion{}, fmt.Errorf("nobody answers for the role %q", req.Role)
	}
	return m.Complete(ctx, req, progress)
}

// record writes a transcript of all that the endpoint is asked.
func (m *models) record(env Env) error {
	file, err := os.Create(absolute(env, m.options.record))
	if err != nil {
		return usage("name a file that can be written with --record", "%v", err)
	}
	recorder := replay.Record(m.endpoint, file, transcriptHeader(env, m.options.config), m.secrets...)
	m.endpoint = recorder
	m.close = func() error { return errors.Join(recorder.Err(), file.Close()) }
	return nil
}

func openTranscript(env Env, name string) (*replay.Player, error) {
	file, err := os.Open(absolute(env, name))
	if err != nil {
		return nil, usage("name a transcript that --record wrote", "%v", err)
	}
	defer func() { _ = file.Close() }()
	player, err := replay.Open(file)
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
