import Kernel
import Testing

@Suite struct `Shapes of names` {
    let long = String(repeating: "a", count: 63)

    @Test func `types, commands, events and actions`() {
        for name in ["a", "bid_placed", "a.b-c_9", long] { #expect(Names.isName(name), "\(name)") }
        for name in ["", "A", "9a", "_a", "$a", "a b", "aB", "é", "a/b", long + "a"] { #expect(!Names.isName(name), "\(name)") }
    }

    @Test func `sagas have dashes and steps have underscores`() {
        #expect(Names.isSagaName("book-trip") && !Names.isSagaName("book_trip") && !Names.isSagaName("-a"))
        #expect(Names.isStepName("book_trip") && !Names.isStepName("book-trip") && !Names.isStepName("_a"))
        #expect(Names.isSagaName(long) && !Names.isSagaName(long + "a"))
        #expect(Names.isStepName(long) && !Names.isStepName(long + "a"))
    }

    @Test func `ids of sagas`() {
        for id in ["0", "AZaz09._-", "-x", long + "a"] { #expect(Names.isSagaID(id), "\(id)") }
        for id in ["", "a b", "a/b", "@", "`", "[", "{", "ä", long + "ab"] { #expect(!Names.isSagaID(id), "\(id)") }
    }

    @Test func `keys are 1 to 255 bytes without control characters`() {
        for key in ["x", "a b/c", "é😀", String(repeating: "é", count: 127)] { #expect(Names.isKey(key), "\(key)") }
        for place in 0...17 {
            let (before, behind) = (String(repeating: "~", count: place), String(repeating: " ", count: 17 - place))
            for good in [" ", "~", "\u{A0}", "\u{BF}", "\u{C0}", "😀"] { #expect(Names.isKey(before + good + behind)) }
            for bad in ["\0", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "é\u{85}"] { #expect(!Names.isKey(before + bad + behind)) }
        }
        for key in ["", "a\n", "\u{7F}", "\u{85}", String(repeating: "é", count: 128)] { #expect(!Names.isKey(key)) }
    }
}

@Suite struct `Suggestions` {
    @Test(
        arguments: [
            ("depositt", "deposit"), ("depsoit", "deposit"), ("dpost", "deposit"), ("opne", "open"), ("withdrow", "withdraw"),
            ("xyzzy", nil), ("oxxn", nil), ("deposit", nil), ("", nil),
        ] as [(String, String?)])
    func `the nearest known word is found, if it is near`(word: String, expected: String?) {
        #expect(Suggestion.nearest(to: word, among: ["open", "deposit", "withdraw"]) == expected)
    }

    @Test func `ties go to the first, and a nearer one wins`() {
        #expect(Suggestion.nearest(to: "cat", among: ["bat", "rat"]) == "bat")
        #expect(Suggestion.nearest(to: "stepp1", among: ["stop1", "step1"]) == "step1")
        #expect(Suggestion.nearest(to: "cat", among: []) == nil)
    }
}
