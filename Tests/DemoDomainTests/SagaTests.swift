import DemoDomain
import Foundation
import Kernel
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

    @Test func `SG-13 order-fulfilment gives the goods back until the card is charged, and then delivers`() throws {
        let report = try saga("order-fulfilment")
            .action("stock.reserve") { input in ["reservation": .string("r/\(input["order"]?.stringValue ?? "")")] }
            .action("stock.release") { input in
                // Whether it was reserved nobody may know, but never another's.
                guard [.null, "r/o-1"].contains(input["reservation"]) else { throw Refusal("unknown_reservation") }
                return [:]
            }
            .action("shipping.quote") { _ in ["price": 9] }
            .action("payment.charge") { input in ["charge": "c-1", "sum": input["shipping"] ?? .null] }
            .action("shipping.dispatch") { input in ["tracking": input["reservation"] ?? .null] }
            .when(input: [
                "order": "o-1", "customer": "ann", "sku": "lamp", "count": 1, "amount": 60, "address": "Oslo", "review": true,
            ])
            .verify()
        #expect(
            report.description == """
                order-fulfilment: completed, {"charge":"c-1","tracking":"r/o-1","notified":true}
                  quote fails: compensated, undone: stock
                  quote stays unknown: compensated, undone: stock
                  stock fails: compensated
                  stock stays unknown: compensated, undone: stock
                  payment fails: compensated, undone: stock
                  shipping fails: stuck
                  notification fails: completed
                  hold fails: compensated, undone: stock
                """)
    }

    @Test func `none is left out`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.sorted() == ["book-trip.yaml", "order-fulfilment.yaml", "place-bid.yaml", "transfer-money.yaml"])
    }
}
