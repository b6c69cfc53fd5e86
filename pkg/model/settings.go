package model

// Settings are how one role asks: which model, and how it samples.
type Settings struct {
	Role            Role
	Model           string
	Temperature     *float64 // nil: the endpoint's default
	Seed            *int     // nil: the endpoint chooses
	MaxOutputTokens int      // 0: the endpoint's default
}

// Request puts messages and settings together.
func (s Settings) Request(messages []Message) Request {
	return Request{
		Role: s.Role, Model: s.Model, Messages: messages,
		Temperature: s.Temperature, Seed: s.Seed, MaxOutputTokens: s.MaxOutputTokens,
	}
}
