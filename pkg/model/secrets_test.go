package model_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/specgen-dev/specgen/pkg/model"
)

// Credentials are put together from halves, so that no scanner of this repository takes them for real ones.
func TestFindSecretsFindsCredentials(t *testing.T) {
	t.Parallel()
	tests := []struct{ rule, line string }{
		{"private-key", "-----BEGIN RSA " + "PRIVATE KEY-----"},
		{"private-key", "-----BEGIN " + "PRIVATE KEY-----"},
		{"private-key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"},
		{"aws-access-key", `id: "AKIA` + `Q3EGRSTUVWQ2Z7PL"`},
		{"aws-secret-key", `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/` + `bPxRfiCYzzQ9Lk2pZq`},
		{"github-token", "git clone https://ghp_" + "R7cK2pLm9QwXz4VtB8nYf3HsJd6GaE1uTo0i@github.com/x"},
		{"github-token", "github_pat_" + "11AB2CD3E0f4g5h6i7j8k9_qRcDxFgMiJkLwNoPqRsTuVwXyZ1a7b3c9d5e2f7g8h4"},
		{"gitlab-token", "token glpat-" + "x9Kd3-mQ7zLp2vBn8TrW"},
		{"slack-token", "xoxb-" + "2839471650-5829384756-kJ8sLq2mNx7PzR4tVw"},
		{"slack-webhook", "https://hooks.slack.com/" + "services/T02AB3CD4/B05EF6GH7/q8Kd3mQ7zLp2vBn9TrWxYs1u"},
		{"google-api-key", "AIza" + "SyD3kLm9QwXz4VtB8nYf3HsJd6GaE1uTo7i"},
		{"stripe-key", "sk_live_" + "51Hq8Kd3mQ7zLp2vBn9TrWx"},
		{"model-provider-key", "OPENAI: sk-proj-" + "a8Kd3mQ7zLp2vBn9TrWxYs1uT4Fg"},
		{"model-provider-key", "x := f(sk-ant-" + "api03-a8Kd3mQ7zLp2vBn9TrWxYs1uT4Fg)"},
		{"npm-token", "//registry/:_authToken=npm_" + "R7cK2pLm9QwXz4VtB8nYf3HsJd6GaE1uTo5i"},
		{"pypi-token", "pypi-" + "AgEIcHlwaS5vcmcCJDY3ZmQ4YmE1LTk2YzQtNGE3Yi1hY2Q1LWQ4MmJiOTk4Y2U0Yg"},
		{"huggingface-token", "hf_" + "aBcQeFgRiJkLmNoPqRsTuVwXyZaBcDsFgH"},
		{"sendgrid-key", "SG." + "a8Kd3mQ7zLp2vBn9TrWxYs.1uT4Fg6Hj8Kl0Zx2Cv4Bn6Mq8Wr0Ty2Ui4Op6As8Df0"},
		{"json-web-token", "Bearer eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"},
		{"connection-string", "postgres://shop:" + "kR7w-mQ2z@db.internal:5432/orders"},
		{"connection-string", "redis://:" + "kR7w-mQ2z@cache:6379"},
		{"generic-secret", `dbPassword := "` + `tR9#kLw2$xPq7!"`},
		{"generic-secret", `  "api_key": "` + `9fK2mX7qLp4Zt8Vb3NwR"`},
		{"generic-secret", `CLIENT_SECRET='` + `u8Q~kD3mP7zLp2vBn9TrWx'`},
		{"generic-secret", `AUTH_TOKEN=` + `u8QakD3mP7zLp2vBn9TrWx`},
	}
	for _, tt := range tests {
		found := model.FindSecrets("first line\n"+tt.line+"\n", nil)
		if len(found) != 1 || found[0].Rule != tt.rule || found[0].Line != 2 {
			t.Errorf("FindSecrets(%q) = %+v, want one %s on line 2", tt.line, found, tt.rule)
		}
		for _, s := range found {
			if s.Rule != "private-key" && (len(s.Excerpt) > 8 || !strings.HasSuffix(s.Excerpt, "***")) {
				t.Errorf("excerpt %q of %q shows too much", s.Excerpt, tt.line)
			}
		}
	}
}

func TestFindSecretsLeavesOrdinaryTextAlone(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		`password: changeme`,
		`password = "changeme-please-now"`,
		`api_key: "xxxxxxxxxxxxxxxxxxxxxxxx"`,
		`apiKey: "${OPENAI_API_KEY}"`,
		`api_key = "{{ .Values.openai.apiKey }}"`,
		`token: "<your token here>"`,
		`token := os.Getenv("GITHUB_TOKEN_FOR_CI")`,
		`secret := readSecret("config/secret.yaml")`,
		`password := request.FormValue("password")`,
		`passwordField = "user.password.confirmation"`,
		`const tokenURL = "https://auth.example.com/oauth2/token"`,
		`tokenPath: /var/run/secrets/kubernetes.io/serviceaccount/token`,
		`AKIAIOSFODNN7EXAMPLE`,
		`aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
		`commit token=3b18e512dba79e4c8300dd08aeb37f8e728b8dad`,
		`token: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"`,
		`secret_id = "123e4567-e89b-12d3-a456-426614174000"`,
		`cacheKey := "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`,
		`golang.org/x/text v0.43.0 h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=`,
		`ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx`,
		`sk-your-key-here-please-and-thanks`,
		`the risk-free-rate-of-return-for-investors is sk-learn-like-estimator-with-names`,
		`postgres://user:password@localhost:5432/db`,
		`postgres://user:${DB_PASSWORD}@localhost/db`,
		`https://github.com:443/x@v2`,
		`func TestTokenBucketRefillsAfterInterval(t *testing.T) {`,
		`tokenizer = "ThisIsJustAVeryLongIdentifierName"`,
		`keyboard_layout_key = "ctrl+shift+alt+delete"`,
		`<input type="password" name="password" placeholder="Your password">`,
		`sort_key: "created_at_descending_order"`,
		`errors.New("token: unexpected end of input")`,
		`The secret of good tests: "write_them_before_the_code_exists"`,
		`max_tokens: 4096`,
		`-----BEGIN PUBLIC KEY-----`,
		`-----BEGIN CERTIFICATE-----`,
	} {
		if found := model.FindSecrets(line, nil); len(found) > 0 {
			t.Errorf("FindSecrets(%q) = %+v, want nothing", line, found)
		}
	}
}

func TestKnownValuesComeFirstAndShortOnesAreNone(t *testing.T) {
	t.Parallel()
	text := "a\n-----BEGIN " + "PRIVATE KEY-----\nx is hunter2-hunter2\n"
	found := model.FindSecrets(text, []string{"x", "none", "", "hunter2-hunter2"})
	if len(found) != 2 || found[0].Rule != model.KnownValue || found[0].Line != 3 || found[1].Line != 2 {
		t.Errorf("got %+v", found)
	}
}

func TestSecretNamesSurviveMovingLines(t *testing.T) {
	t.Parallel()
	line := `password = "` + `tR9#kLw2$xPq7!"` + "\n"
	one, two := model.FindSecrets(line, nil), model.FindSecrets("\n\n"+line, nil)
	if len(one) != 1 || len(two) != 1 || one[0].Name != two[0].Name {
		t.Errorf("names differ: %+v, %+v", one, two)
	}
}

func TestScrubMasksKeysAndTheirBeginnings(t *testing.T) {
	t.Parallel()
	key := "sk-proj-a8Kd3mQ7zLp2vBn9TrWxYs1uT4Fg"
	tests := map[string]string{
		"Bearer " + key + " and " + key: "Bearer *** and ***",
		"provided: " + key[:20] + "...": "provided: ***...",
		"sk-proj- is a prefix":          "sk-proj- is a prefix",
		"nothing here":                  "nothing here",
		"cut off at " + key[:14]:        "cut off at ***",
	}
	for in, want := range tests {
		if got := model.Scrub(in, []string{"none", key, ""}); got != want {
			t.Errorf("Scrub(%q) = %q, want %q", in, got, want)
		}
	}
	if got := model.Scrub("none of this", []string{"none"}); got != "none of this" {
		t.Errorf("a short dummy key was masked: %q", got)
	}
}

func TestGuardStopsARequestBeforeItIsSent(t *testing.T) {
	t.Parallel()
	key := "hunter2-hunter2-hunter2"
	inner := model.Script("never")
	locate := func(line string) (string, int, bool) {
		return "inventory/client.go", 12, strings.Contains(line, "conn")
	}
	m := model.Guard(inner, []string{key}, func(model.Secret) bool { return true }, locate)
	_, err := m.Complete(t.Context(), ask("ok\nconn = "+key), nil)
	var secret *model.SecretError
	if !errors.As(err, &secret) || secret.Path != "inventory/client.go" || secret.Line != 12 {
		t.Fatalf("err = %v", err)
	}
	if strings.Contains(err.Error()+secret.Hint(), key) || !strings.HasPrefix(err.Error(), "inventory/client.go:12: ") {
		t.Errorf("text %q, hint %q", err, secret.Hint())
	}
	if len(inner.Asked()) != 0 {
		t.Error("the request was sent")
	}
}

func TestGuardLetsAllowedFindsPassByName(t *testing.T) {
	t.Parallel()
	text := `password = "` + `tR9#kLw2$xPq7!"`
	name := model.FindSecrets(text, nil)[0].Name
	allow := func(s model.Secret) bool { return s.Name == name }
	if _, err := model.Guard(model.Echo(), nil, allow, nil).Complete(t.Context(), ask(text), nil); err != nil {
		t.Errorf("allowed, and yet: %v", err)
	}
	_, err := model.Guard(model.Echo(), nil, nil, nil).Complete(t.Context(), ask("\n"+text), nil)
	var secret *model.SecretError
	if !errors.As(err, &secret) || secret.Path != "message 1" || secret.Line != 2 || !strings.Contains(secret.Hint(), name) {
		t.Errorf("err = %+v", err)
	}
}

func ask(text string) model.Request {
	return model.Request{Role: model.Generator, Model: "m", Messages: []model.Message{{Role: "user", Content: text}}}
}
