# Values that must not be seen, in every place where values of rows can turn up:
# what the data plants stands in planted.txt.
project "guarded" {
  timezone           = "Asia/Shanghai"
  as_of              = "2026-02-01"
  grains             = [month]
  allow_confidential = [people.city]
}
