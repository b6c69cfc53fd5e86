module example.com/fulfilment

go 1.24
