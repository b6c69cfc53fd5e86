module example.com/isbn-verifier

go 1.26
