package model

import (
	"strings"

	"github.com/specgen-dev/specgen/pkg/pattern"
)

// secretRule finds one sort of credential.
type secretRule struct {
	name  string
	marks []string          // one of these stands in the lower-cased line, or the slow pattern is not tried
	form  *pattern.Pattern  // its last group that matched is the credential, or the whole match without groups
	keep  func(string) bool // tells a credential from what only looks like one; nil: every match counts
}

// secretRules lists the sorts of credentials, those with a form of their own before the generic one.
func secretRules() []secretRule {
	rule := func(name, marks string, form *pattern.Pattern, keep func(string) bool) secretRule {
		return secretRule{name: name, marks: strings.Fields(marks), form: form, keep: keep}
	}
	return []secretRule{
		rule("private-key", "-----begin", privateKey, nil),
		rule("aws-access-key", "akia asia abia acca", awsAccessKey, mixed),
		rule("aws-secret-key", "aws", awsSecretKey, mixed),
		rule("github-token", "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", githubToken, mixed),
		rule("gitlab-token", "glpat- gldt- glrt- glptt- glcbt-", gitlabToken, mixed),
		rule("slack-token", "xox", slackToken, mixed),
		rule("slack-webhook", "hooks.slack.com", slackWebhook, mixed),
		rule("google-api-key", "aiza", googleKey, mixed),
		rule("stripe-key", "sk_ rk_", stripeKey, mixed),
		rule("model-provider-key", "sk-", providerKey, tokenLike),
		rule("npm-token", "npm_", npmToken, mixed),
		rule("pypi-token", "pypi-", pypiToken, nil),
		rule("huggingface-token", "hf_", huggingFaceToken, mixed),
		rule("sendgrid-key", "sg.", sendgridKey, mixed),
		rule("json-web-token", "eyj", jsonWebToken, nil),
		rule("connection-string", "@", connectionString, notPlaceholder),
		rule("generic-secret", "password passwd pwd secret token key", genericSecret, highEntropy),
	}
}

// The forms are those that the vendors document for their credentials.
var (
	privateKey   = pattern.Lazy(`-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----`)
	awsAccessKey = pattern.Lazy(`\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b`)
	awsSecretKey = pattern.Lazy(`(?i)\baws_?(?:secret)?_?(?:access)?_?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+=]{40})(?:$|[^A-Za-z0-9/+=])`)
	githubToken  = pattern.Lazy(`\b(gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,255})\b`)
	gitlabToken  = pattern.Lazy(`\b(gl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{20,})`)
	slackToken   = pattern.Lazy(`\b(xox[abeoprs]-[A-Za-z0-9-]{20,})`)
	slackWebhook = pattern.Lazy(`(hooks\.slack\.com/services/T[A-Za-z0-9]{6,}/B[A-Za-z0-9]{6,}/[A-Za-z0-9]{20,})`)
	googleKey    = pattern.Lazy(`\b(AIza[A-Za-z0-9_-]{35})`)
	stripeKey    = pattern.Lazy(`\b((?:sk|rk)_(?:live|test)_[A-Za-z0-9]{20,})\b`)
	providerKey  = pattern.Lazy(`\b(sk-(?:proj-|ant-|or-|svcacct-|admin-)?[A-Za-z0-9_-]{20,})`)
	npmToken     = pattern.Lazy(`\b(npm_[A-Za-z0-9]{36})\b`)
	pypiToken    = pattern.Lazy(`\b(pypi-AgE[A-Za-z0-9_-]{50,})`)

	huggingFaceToken = pattern.Lazy(`\b(hf_[A-Za-z]{34})\b`)
	sendgridKey      = pattern.Lazy(`\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})`)
	jsonWebToken     = pattern.Lazy(`\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,})`)
	connectionString = pattern.Lazy(`\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s:/@'"<>]{0,64}:([^\s/@'"<>]{4,128})@[A-Za-z0-9\[]`)
	genericSecret    = pattern.Lazy(`(?i)(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key)` +
		`[a-z0-9_]{0,12}["']?\s*(?::=|=>|[:=])\s*(?:"([^"\s]{12,256})"|'([^'\s]{12,256})'|([A-Za-z0-9+/_=-]{20,256})[ \t]*(?:$|[#;,]))`)
)

// find gives the first credential of this sort on a line. lower is the line in lower case.
func (r secretRule) find(line, lower string) (string, bool) {
	if !containsAny(lower, r.marks) {
		return "", false
	}
	line = strings.TrimRight(line, "\r\n")
	for _, groups := range r.form.FindAllStringSubmatch(line, -1) {
		value := groups[0]
		for _, g := range groups[1:] {
			if g != "" {
				value = g
			}
		}
		if r.keep == nil || r.keep(value) {
			return value, true
		}
	}
	return "", false
}

func containsAny(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
