package clamp

import "testing"

func TestB1_Between(t *testing.T) {
	if got := Clamp(5, 1, 9); got != 5 {
		t.Errorf("Clamp(5, 1, 9): want 5, got %d", got)
	}
}

func TestE1_Outside(t *testing.T) {
	if got := Clamp(12, 1, 9); got != 9 {
		t.Errorf("Clamp(12, 1, 9): want 9, got %d", got)
	}
	if got := Clamp(-3, 1, 9); got != 1 {
		t.Errorf("Clamp(-3, 1, 9): want 1, got %d", got)
	}
}
