import Foundation
import SkaldTesting
import Testing

@testable import shop

@Suite struct `Ordering a basket` {
    @Test func `an order that fails puts everything back, wherever the server is killed`() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../sagas/order-basket.yaml")
        try SagaScaffold(String(contentsOf: file, encoding: .utf8), aggregates: Shop.aggregates)
            .given("shelf/lamp", "fill", ["count": 3])
            .given("basket/b-1", "put", ["item": "lamp", "count": 2])
            .when(input: ["basket": "b-1", "item": "lamp", "count": 2])
            .verify()
    }

    @Test func `only what is left is set aside`() throws {
        try given(Shelf.self, [.filled(count: 3)])
            .when(.setAside(basket: "b-1", count: 4))
            .thenRefused("sold_out")
    }
}
