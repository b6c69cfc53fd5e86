module example.com/darts

go 1.26
