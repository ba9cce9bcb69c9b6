dimension "region" {
  label  = "Region"
  values = ["East", "West", "Central", "South"]
  from "lines" { value = region }
}
dimension "state" {
  label  = "State"
  parent = region
  from "lines" { value = state }
}
dimension "category" {
  label = "Category"
  from "lines" { value = category }
}
dimension "sub_category" {
  label  = "Sub-category"
  parent = category
  from "lines" { value = sub_category }
}
dimension "segment" {
  label = "Segment"
  from "lines" { value = segment }
}
dimension "ship_mode" {
  label = "Ship mode"
  from "lines" { value = ship_mode }
}
