// An adapter for `upqr run --adapter 'go run adapter.go'`: reads questions, one JSON object a line, and answers each.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"
)

const hello = `{"type":"hello","protocol":1,"nonce":"%s","name":"my-library","version":"1.0.0","language":"go",` +
	`"ops":["decode"],"supports":"grammar(emv-mpm)","features":["error-code","offset","reencoded"]}` + "\n"

// decode reads the data objects of a payload. Put your own parser here, and translate what it says.
func decode(octets []byte) string {
	for at, c := range string(octets) {
		if c == utf8.RuneError && !strings.HasPrefix(string(octets[at:]), "\uFFFD") {
			return reject("utf-8", at)
		}
	}
	text, again := []rune(string(octets)), ""
	bytes := func(place int) int { return len(string(text[:place])) } // places are characters here, and bytes in an answer
	if len(text) == 0 {
		return reject("empty", 0)
	}
	for at, start, length := 0, 0, 0; at < len(text); at = start + length {
		for place := at; place < at+4; place++ {
			if place == len(text) || text[place] < '0' || text[place] > '9' {
				return reject([]string{"id", "length"}[(place-at)/2], bytes(place))
			}
		}
		start, length = at+4, int(text[at+2]-'0')*10+int(text[at+3]-'0')
		if start+length > len(text) {
			return reject("overrun", bytes(at+2))
		}
		again += fmt.Sprintf("%s%02d%s", string(text[at:at+2]), length, string(text[start:start+length]))
	}
	return fmt.Sprintf(`"verdict":"accept","reencoded":"%x"`, again)
}

func reject(code string, offset int) string {
	return fmt.Sprintf(`"verdict":"reject","error":{"code":"%s","offset":%d}`, code, offset)
}

func main() {
	var question struct {
		Type, Nonce string
		Id          int
		Input       struct{ Hex string }
	}
	for questions := json.NewDecoder(os.Stdin); questions.Decode(&question) == nil && question.Type != "bye"; {
		if question.Type == "hello" {
			fmt.Printf(hello, question.Nonce)
		} else if octets, err := hex.DecodeString(question.Input.Hex); err == nil {
			fmt.Printf(`{"type":"result","id":%d,"nonce":"%s",%s}`+"\n", question.Id, question.Nonce, decode(octets))
		}
	}
}
