module example.com/space-age

go 1.26
