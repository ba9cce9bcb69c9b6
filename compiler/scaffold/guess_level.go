package scaffold

import (
	"regexp"

	"github.com/metricsascode/metrics/metrics"
)

// The words of columns whose values few people may see.
var (
	speaksOfPeople = vocabulary{
		words: []string{"phone", "mobile", "telephone", "tel", "email", "mail", "passport", "ssn", "iban", "salary", "wage", "birthday", "birthdate", "birth", "dob"},
		parts: []string{"手机", "电话", "邮箱", "邮件", "身份证", "护照", "银行卡", "姓名", "工资", "薪资", "生日", "出生"},
	}
	speaksOfSecrets = vocabulary{
		words: []string{"password", "passwd", "secret"},
		parts: []string{"密码"},
	}
)

// personal are the forms of values that speak of one person: mail addresses,
// Chinese mobile numbers and identity cards.
var personal = []*regexp.Regexp{
	regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`),
	regexp.MustCompile(`^(\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}$`),
	regexp.MustCompile(`^\d{6}(19|20)\d{9}[\dXx]$`),
}

// guessLevel classifies a column by its name, or by values most of which have one
// of the personal forms.
func guessLevel(c Column) metrics.Classification {
	switch {
	case speaksOfSecrets.has(c.Name):
		return metrics.Secret
	case speaksOfPeople.has(c.Name):
		return metrics.Confidential
	}
	for _, form := range personal {
		n := 0
		for _, v := range c.Samples {
			if form.MatchString(v) {
				n++
			}
		}
		if n > 0 && 2*n >= len(c.Samples) {
			return metrics.Confidential
		}
	}
	return ""
}
