import DemoDomain
import Kernel
import SkaldTesting
import Testing

@Suite struct `A hotel` {
    let stocked = given(Hotel.self, [.stocked(rooms: 1)])
    let full = given(Hotel.self, [.stocked(rooms: 1), .reserved(reservation: "r-2", guest: "ann", nights: 3)])

    @Test func `stock adds rooms`() throws {
        try stocked.when(.stock(rooms: 4)).then([.stocked(rooms: 4)], result: [:]).thenState(["rooms": 5, "reserved": [:]])
        try stocked.when(.stock(rooms: 0)).thenRefused("invalid_amount")
        try stocked.when(.stock(rooms: .max)).thenRefused("invalid_amount")
    }

    @Test func `reserves a room under an id made of the version`() throws {
        try stocked.when(.reserve(guest: "ann", nights: 3))
            .then([.reserved(reservation: "r-2", guest: "ann", nights: 3)], result: ["reservation": "r-2"])
            .thenState(["rooms": 1, "reserved": ["r-2": "ann"]])
        try stocked.when(.reserve(guest: "ann", nights: 0)).thenRefused("invalid_amount")
    }

    @Test func `ES-07: refuses when all rooms are reserved`() throws {
        try full.when(.reserve(guest: "bob", nights: 1)).thenRefused("sold_out").thenState([
            "rooms": 1, "reserved": ["r-2": "ann"],
        ])
        try given(Hotel.self).when(.reserve(guest: "bob", nights: 1)).thenRefused("sold_out")
    }

    @Test func `ES-09: releases a reservation once`() throws {
        try full.when(.release(reservation: "r-2")).then([.released(reservation: "r-2")], result: [:])
            .thenState(["rooms": 1, "reserved": [:]])
        try full.when(.release(reservation: "r-9")).thenNothing(result: [:])
        let released = given(
            Hotel.self,
            [.stocked(rooms: 1), .reserved(reservation: "r-2", guest: "ann", nights: 3), .released(reservation: "r-2")])
        try released.when(.release(reservation: "r-2")).thenNothing(result: [:])
        try released.when(.reserve(guest: "bob", nights: 1)).then([.reserved(reservation: "r-4", guest: "bob", nights: 1)])
    }
}

@Suite struct `A flight` {
    let scheduled = given(Flight.self, [.scheduled(seats: 1)])
    let full = given(Flight.self, [.scheduled(seats: 1), .booked(booking: "b-2", passenger: "ann")])

    @Test func `is scheduled, and scheduled again with other seats`() throws {
        try scheduled.when(.schedule(seats: 4)).then([.scheduled(seats: 4)], result: [:]).thenState(["seats": 4, "booked": [:]])
        try scheduled.when(.schedule(seats: 0)).thenRefused("invalid_amount")
    }

    @Test func `ES-07: books until it is full`() throws {
        try scheduled.when(.book(passenger: "ann")).then([.booked(booking: "b-2", passenger: "ann")], result: ["booking": "b-2"])
            .thenState(["seats": 1, "booked": ["b-2": "ann"]])
        try full.when(.book(passenger: "bob")).thenRefused("full")
        try given(Flight.self).when(.book(passenger: "bob")).thenRefused("full")
    }

    @Test func `ES-09: cancels a booking once`() throws {
        try full.when(.cancel(booking: "b-2")).then([.cancelled(booking: "b-2")], result: [:])
            .thenState(["seats": 1, "booked": [:]])
        try full.when(.cancel(booking: "b-1")).thenNothing(result: [:])
        try given(Flight.self, [.scheduled(seats: 1), .booked(booking: "b-2", passenger: "ann"), .cancelled(booking: "b-2")])
            .when(.cancel(booking: "b-2")).thenNothing(result: [:])
    }
}

@Suite struct `A card` {
    let issued = given(Card.self, [.issued(limit: 10)])
    let charged = given(Card.self, [.issued(limit: 10), .charged(charge: "c-2", amount: 7)])

    @Test func `is issued once`() throws {
        try given(Card.self).when(.issue(limit: 10)).then([.issued(limit: 10)], result: [:])
            .thenState(["limit": 10, "charged": [:]])
        try given(Card.self).when(.issue(limit: 0)).thenRefused("invalid_amount").thenState(["limit": .null, "charged": [:]])
        try issued.when(.issue(limit: 10)).thenRefused("already_issued")
    }

    @Test func `ES-07: is charged up to its limit`() throws {
        try issued.when(.charge(amount: 7))
            .then([.charged(charge: "c-2", amount: 7)], result: ["charge": "c-2", "remaining": 3])
            .thenState(["limit": 10, "charged": ["c-2": 7]])
        try charged.when(.charge(amount: 3)).then(
            [.charged(charge: "c-3", amount: 3)], result: ["charge": "c-3", "remaining": 0])
        try charged.when(.charge(amount: 4)).thenRefused("declined").thenState(["limit": 10, "charged": ["c-2": 7]])
        try charged.when(.charge(amount: .max)).thenRefused("declined")
        try charged.when(.charge(amount: 0)).thenRefused("invalid_amount")
        try given(Card.self).when(.charge(amount: 1)).thenRefused("not_issued")
    }

    @Test func `ES-09: refunds a charge once`() throws {
        try charged.when(.refund(charge: "c-2")).then([.refunded(charge: "c-2")], result: [:])
            .thenState(["limit": 10, "charged": [:]])
        try charged.when(.refund(charge: "c-9")).thenNothing(result: [:])
        try given(Card.self, [.issued(limit: 10), .charged(charge: "c-2", amount: 7), .refunded(charge: "c-2")])
            .when(.refund(charge: "c-2")).thenNothing(result: [:])
    }
}
