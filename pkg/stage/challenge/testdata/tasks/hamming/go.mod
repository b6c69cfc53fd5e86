module example.com/hamming

go 1.26
