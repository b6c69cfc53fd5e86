module example.com/eligibility

go 1.24
