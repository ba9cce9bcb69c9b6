source "products" {
  label       = "商品"
  description = "The range of both brands. Cost is without tax, the list price with it"
  owner       = "merchandising"
  csv {
    path = "data/products.csv"
  }
  key = [sku]

  columns {
    sku        = { type = string, fold = [trim, upper] }
    name       = string
    brand      = { type = string, values = ["木棉", "Hearth"] }
    category   = { type = string, values = ["床品", "厨具", "收纳", "灯具", "香氛"] }
    unit_cost  = { type = decimal(10, 2), unit = "CNY", tax = excluded }
    list_price = { type = decimal(10, 2), unit = "CNY", tax = included }
  }
}

source "stores" {
  label       = "门店"
  description = "The brands' own stores"
  owner       = "retail"
  csv {
    path = "data/stores.csv"
  }
  key = [code]

  columns {
    code   = { type = string, fold = [trim, lower] }
    name   = string
    city   = string
    region = { type = string, values = ["华东", "华南", "华北", "华中", "西南"] }
    opened = date
  }
}

source "stock" {
  label       = "库存"
  description = "Level of each product at the end of each of the last 60 days"
  owner       = "supply"
  csv {
    path = "data/stock.csv.gz"
  }
  key  = [day, sku]
  time = day

  columns {
    day     = date
    sku     = { type = string, fold = [trim, upper], references = products }
    on_hand = { type = integer, range = [0, 100000] }
  }
}
