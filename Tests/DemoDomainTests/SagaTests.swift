import DemoDomain
import Foundation
import SkaldTesting
import Testing

/// The definitions that come with the server, each through its four scaffolds.
@Suite struct `The sagas that are shipped` {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas")

    private func saga(_ name: String) throws -> SagaScaffold {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name).yaml"), encoding: .utf8)
        return try SagaScaffold(text, aggregates: DemoDomain.handlers)
    }

    @Test func `SG-13 book-trip gives back room and seat, whatever fails and wherever the server is killed`() throws {
        let report = try saga("book-trip")
            .given("hotel/oslo", "stock", ["rooms": 1])
            .given("flight/f-1", "schedule", ["seats": 1])
            .given("card/c-1", "issue", ["limit": 100])
            .when(input: ["trip": "t-1", "city": "oslo", "flight": "f-1", "card": "c-1", "amount": 60])
            .verify()
        #expect(
            report.description == """
                book-trip: completed, {"reservation":"r-2","booking":"b-2","charge":"c-2"}
                  flight fails: compensated
                  hotel fails: compensated, undone: flight
                  charge fails: compensated, undone: flight, hotel
                """)
    }

    @Test func `SG-13 place-bid gives the funds back, to the bidder or to whoever is outbid`() throws {
        let bid = try saga("place-bid")
            .given("auction/lamp", "open", ["reserve": 10])
            .given("account/ann", "open", ["owner": "Ann"]).given("account/ann", "deposit", ["amount": 50])
            .given("account/bob", "open", ["owner": "Bob"]).given("account/bob", "deposit", ["amount": 50])
        let first = try bid.when(input: ["auction": "lamp", "bidder": "ann", "amount": 20]).verify()
        #expect(first.unreached == ["free_outbid"])
        let second =
            try bid
            .given("account/ann", "hold", ["hold": "lamp", "amount": 20])
            .given("auction/lamp", "bid", ["bidder": "ann", "amount": 20])
            .when(input: ["auction": "lamp", "bidder": "bob", "amount": 30])
            .verify()
        #expect(
            second.description == """
                place-bid: completed, {"outbid":"ann"}
                  hold fails: compensated
                  bid fails: compensated, undone: hold
                  free_outbid fails: stuck
                """)
    }

    @Test func `SG-13 transfer-money puts the money back, once`() throws {
        let transfer = try saga("transfer-money")
            .given("account/ann", "open", ["owner": "Ann"]).given("account/ann", "deposit", ["amount": 50])
            .given("account/bob", "open", ["owner": "Bob"])
            .when(input: ["from": "ann", "to": "bob", "amount": 30])
        // A deposit adds up. Only the log of one server makes it safe as an undo.
        #expect(throws: Difference.self) { try transfer.verify() }
        let report = try transfer.undoingOnce("withdraw").verify()
        #expect(report.unwindings.map(\.undone) == [[], ["withdraw"]])
    }

    @Test func `none is left out`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == ["book-trip.yaml", "order-fulfilment.yaml", "place-bid.yaml", "transfer-money.yaml"])
    }
}
