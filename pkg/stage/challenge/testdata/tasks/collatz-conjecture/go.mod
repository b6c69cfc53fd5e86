module example.com/collatz-conjecture

go 1.26
