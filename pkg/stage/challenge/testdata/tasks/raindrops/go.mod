module example.com/raindrops

go 1.26
