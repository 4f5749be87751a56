import Testing

@testable import SagaModel

@Suite struct ExpressionLexerTests {
    @Test func `a symbol costs the same wherever it stands`() throws {
        var lexer = ExpressionLexer(bytes: Array(repeating: UInt8(ascii: "("), count: 200_000), offset: 0)
        let start = ContinuousClock.now
        var count = 0
        while try lexer.next().0 != .end { count += 1 }
        #expect(count == 200_000)
        // A look at all the rest for each would read 20 GB.
        #expect(ContinuousClock.now - start < .seconds(8))
    }

    @Test(arguments: ["\u{e9}", "\u{20AC}", "\u{1F600}", "#"])
    func `a character without meaning is named whole`(_ character: String) {
        var lexer = ExpressionLexer(bytes: Array((character + character + "1").utf8), offset: 0)
        let error = #expect(throws: ExpressionSyntaxError.self) { try lexer.next() }
        #expect(error?.message == "'\(character)' has no meaning in an expression")
    }
}
