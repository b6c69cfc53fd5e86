// Package challenge is the stage that plants violations in accepted code, to see whether the acceptance tests find them.
package challenge
