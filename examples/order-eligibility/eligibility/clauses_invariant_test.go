package eligibility_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"example.com/eligibility/eligibility"
)

func TestB1_AllInStock(t *testing.T) {
	d := &desk{stock: &stock{units: map[string]int{"cup": 2, "pan": 9}}}
	expect(t, "cup and pan in stock", d.check(order(false, "cup", "pan")),
		eligibility.Result{Eligible: true, Reason: "complete", Ship: []string{"cup", "pan"}})
	expect(t, "cup and pan in stock, partial accepted", d.check(order(true, "pan", "cup")),
		eligibility.Result{Eligible: true, Reason: "complete", Ship: []string{"pan", "cup"}})
}

func TestB2_PartialAccepted(t *testing.T) {
	d := &desk{stock: &stock{units: map[string]int{"cup": 2, "pan": 1}}}
	expect(t, "cup in stock, 1 of 2 pans, no pot, partial accepted", d.check(order(true, "pan", "cup", "pot")),
		eligibility.Result{Eligible: true, Reason: "partial", Ship: []string{"cup"}, Blocked: []string{"pan", "pot"}})
	expect(t, "2 jars in stock, no lid, partial accepted", (&desk{stock: &stock{units: map[string]int{"jar": 2}}}).check(order(true, "jar", "lid")),
		eligibility.Result{Eligible: true, Reason: "partial", Ship: []string{"jar"}, Blocked: []string{"lid"}})
}

func TestE1_PartialNotAccepted(t *testing.T) {
	d := &desk{stock: &stock{units: map[string]int{"cup": 2, "pan": 1}}}
	expect(t, "cup in stock, 1 of 2 pans, no pot", d.check(order(false, "pan", "cup", "pot")),
		eligibility.Result{Reason: "inventory", Blocked: []string{"pan", "pot"}})
	expect(t, "2 jars in stock, no lid", (&desk{stock: &stock{units: map[string]int{"jar": 2}}}).check(order(false, "jar", "lid")),
		eligibility.Result{Reason: "inventory", Blocked: []string{"lid"}})
}

func TestE2_NothingInStock(t *testing.T) {
	for _, partial := range []bool{false, true} {
		d := &desk{stock: &stock{units: map[string]int{"cup": 0}}}
		expect(t, fmt.Sprintf("no cup, no pan, AcceptPartial %t", partial), d.check(order(partial, "cup", "pan")),
			eligibility.Result{Reason: "inventory", Blocked: []string{"cup", "pan"}})
	}
}

func TestE3_NoAnswer(t *testing.T) {
	units := map[string]int{"cup": 2}
	want := eligibility.Result{Reason: "unavailable"}
	for _, c := range []struct {
		name string
		desk desk
	}{
		{"inventory silent for longer than Timeout", desk{stock: &stock{units: units, silent: true}}},
		{"inventory fails", desk{stock: &stock{units: units, err: errDown}}},
		{"register of holds fails", desk{stock: &stock{units: units}, holds: register{err: errDown}}},
	} {
		expect(t, c.name, c.desk.check(order(true, "cup")), want)
	}
}

func TestE4_OnHold(t *testing.T) {
	for _, c := range []struct {
		name  string
		units map[string]int
	}{{"on hold, cup in stock", map[string]int{"cup": 2}}, {"on hold, no cup", nil}} {
		d := &desk{stock: &stock{units: c.units}, holds: register{held: true}}
		expect(t, c.name, d.check(order(false, "cup")), eligibility.Result{Reason: "review"})
	}
}

func TestI1_HoldReasonStaysInside(t *testing.T) {
	d := &desk{stock: &stock{units: map[string]int{"cup": 2}}, holds: register{held: true}}
	result := d.check(order(false, "cup"))
	free := &desk{stock: d.stock}
	if other := free.check(order(false, "cup")); result.Reason == "" || d.log.Len() == 0 || other.Reason == result.Reason || free.log.Len() == 0 {
		t.Error("order on hold, and one that is not: want two reasons and two log records, got fewer")
	}
	encoded, _ := json.Marshal(result)
	if seen := fmt.Sprintf("%+v %s", result, encoded); strings.Contains(seen, secret) {
		t.Errorf("order on hold: want a result without the hold's reason, got %s", encoded)
	}
	for _, record := range d.records(t) {
		for name, value := range record {
			if strings.Contains(fmt.Sprint(value), secret) {
				t.Errorf("order on hold: want a log record without the hold's reason, got it in attribute %q", name)
			}
		}
	}
}

func TestI2_OneRequest(t *testing.T) {
	skus := []string{"cup", "pan", "pot", "jar", "lid", "mug", "jug"}
	units := map[string]int{}
	for _, sku := range skus {
		units[sku] = 2
	}
	for _, lines := range []int{1, 2, 7} {
		d := &desk{stock: &stock{units: units}}
		d.check(order(false, skus[:lines]...))
		if d.stock.calls != 1 {
			t.Errorf("order of %d lines: want 1 inventory request, got %d", lines, d.stock.calls)
		}
	}
	held := &desk{stock: &stock{units: units}, holds: register{held: true}}
	held.check(order(false, skus...))
	if held.stock.calls > 1 {
		t.Errorf("order of 7 lines on hold: want at most 1 inventory request, got %d", held.stock.calls)
	}
}

func TestI3_EveryDecisionIsLogged(t *testing.T) {
	units := map[string]int{"cup": 2}
	for _, c := range []struct {
		name   string
		desk   desk
		order  eligibility.Order
		reason eligibility.Reason
	}{
		{"all in stock", desk{stock: &stock{units: units}}, order(false, "cup"), "complete"},
		{"some in stock, partial accepted", desk{stock: &stock{units: units}}, order(true, "cup", "pan"), "partial"},
		{"some in stock", desk{stock: &stock{units: units}}, order(false, "cup", "pan"), "inventory"},
		{"on hold", desk{stock: &stock{units: units}, holds: register{held: true}}, order(false, "cup"), "review"},
		{"inventory fails", desk{stock: &stock{err: errDown}}, order(false, "cup"), "unavailable"},
	} {
		c.desk.check(c.order)
		records := c.desk.records(t)
		if len(records) != 1 {
			t.Errorf("%s: want 1 log record, got %d", c.name, len(records))
			continue
		}
		if id, reason := records[0]["order"], records[0]["reason"]; id != c.order.ID || reason != string(c.reason) {
			t.Errorf("%s: want a log record with order=%s reason=%s, got order=%v reason=%v", c.name, c.order.ID, c.reason, id, reason)
		}
	}
}

func TestN1_StockIsAskedAgain(t *testing.T) {
	d := &desk{stock: &stock{units: map[string]int{"cup": 2}}}
	before := d.check(order(false, "cup"))
	d.stock.units["cup"] = 0
	after := d.check(order(false, "cup"))
	if !before.Eligible || after.Eligible {
		t.Errorf("cup in stock, then sold out: want eligible true then false, got %t then %t", before.Eligible, after.Eligible)
	}
}
