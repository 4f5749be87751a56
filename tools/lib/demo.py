"""The tour of tools/demo: demo.py BINARY SAGAS SWIFT-WORKER. Every number it prints is computed from what the server answered."""
import json
import random
import sys
import time

from demo_orders import Orders
from skaldwire import Client, NoAnswer, Server, new_id

ACCOUNTS = [f"purse-{number}" for number in range(8)]
EACH = 1_000        # what every account starts with
STREAM = 2_000      # sagas in the stream
WINDOW = 64         # starts without an answer at any time
SECONDS = 60        # after which a missing end is reported rather than waited for


class Failed(Exception):
    """The server did not do what the demo is here to show."""


def say(text=""):
    print(text, flush=True)


def title(text):
    say(f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() else f"\n{text}")


def must(reply):
    if not reply.ok:
        raise Failed(f"the server answered {reply}")
    return reply


class Demo:
    def __init__(self, server, swift):
        self.server = server
        self.swift = swift              # the program of the worker in Swift
        self.client = None
        self.sagas = []                 # every id started, in order
        self.acknowledged = set()
        self.open = set()               # sent, and not acknowledged when the server was killed

    def run(self):
        self.connect()
        self.book_trips()
        self.transfer()
        transfers = self.stream_until_killed()
        self.restart(transfers)
        agree = self.fulfil_orders()
        return self.count() and agree

    def connect(self):
        if self.client:
            self.client.close()
        self.client = Client(self.server.endpoint)

    # Acts

    def book_trips(self):
        title("1. A trip: a hotel room and a flight seat side by side, then the card")
        for aggregate, key, command, body in (
            ("hotel", "oslo", "stock", {"rooms": 10}), ("flight", "SK-4711", "schedule", {"seats": 10}),
            ("card", "visa-1", "issue", {"limit": 500}),
        ):
            reply = must(self.client.command(aggregate, key, command, body))
            say(f"   {aggregate}/{key} {command} {json.dumps(body)}: version {reply.version}")
        trip = {"trip": "t-1", "city": "oslo", "flight": "SK-4711", "card": "visa-1", "amount": 450}
        self.expect("completed", "book-trip", trip)
        title("2. The same again: the card has 50 left, so it declines, and room and seat are given back in reverse order")
        undone = self.expect("compensated", "book-trip", {**trip, "trip": "t-2"})
        events = self.client.ask("saga.history", id=undone)["events"]
        order = [event["body"]["step"] for event in events if event["name"] == "undo.completed"]
        say(f"   undone in this order: {', '.join(order)}")
        reserved = self.state("hotel", "oslo")["reserved"]
        say(f"   reservations the hotel still has: {len(reserved)}")
        if len(reserved) != 1:
            raise Failed("the second trip's room was not given back")

    def transfer(self):
        title("3. Money from one account to another")
        for key in ACCOUNTS:
            must(self.client.command("account", key, "open", {"owner": key}))
            must(self.client.command("account", key, "deposit", {"amount": EACH}))
        say(f"   {len(ACCOUNTS)} accounts with {EACH} each: {self.money()} in all")
        self.expect("completed", "transfer-money", {"from": ACCOUNTS[0], "to": ACCOUNTS[1], "amount": 250})

    def stream_until_killed(self):
        title(f"4. A stream of {STREAM} transfers, and kill -9 in the middle of it")
        chance = random.Random()
        transfers = {}
        for _ in range(STREAM):
            payer, payee = chance.sample(ACCOUNTS, 2)
            payee = payee if chance.random() < 0.9 else "nobody"      # not an account: refused, so undone
            transfers[new_id()] = {"from": payer, "to": payee, "amount": chance.randint(1, 50)}
        self.sagas += transfers
        kill_after = chance.randint(STREAM // 4, STREAM // 2)
        sent = self.start_all(transfers, until=kill_after)
        self.server.kill()
        while self.client.socket.poll(0):
            self.note(self.client.receive())
        done = len(self.acknowledged & transfers.keys())
        say(f"   killed the server (SIGKILL) with {sent} starts sent, {done} acknowledged, {sent - done} open")
        self.open = set(list(transfers)[:sent]) - self.acknowledged
        return transfers

    def restart(self, transfers):
        title("5. Start it again on the same folder")
        before = self.acknowledged & transfers.keys()
        started = time.monotonic()
        self.server.start()
        self.connect()
        say(f"   ready after {1000 * (time.monotonic() - started):.0f} ms")
        missing = {id: transfers[id] for id in transfers if id not in self.acknowledged}
        say(f"   sending the {len(missing)} starts without an answer, each under its first id: a start is taken once")
        self.start_all(missing)
        ends = {id: self.client.end_of(id, SECONDS)["state"] for id in transfers}
        for what, ids, state in (
            ("one that was acknowledged before the kill", before, "completed"), ("one that was undone", before, "compensated"),
            ("one that was on its way at the kill", self.open, "completed"),
        ):
            found = next((id for id in transfers if id in ids and ends[id] == state), None)
            if found:
                say(f"   {what}:")
                self.show(found)

    def fulfil_orders(self):
        title("6. Orders, fulfilled outside the server by two workers; one of them is killed, and the server too")
        ids, agree = Orders(self, self.swift, say).run()
        self.sagas += ids
        return agree

    def count(self):
        title("7. The count, from the server's own lists")
        listed, after = {}, None
        while True:
            page = self.client.ask("saga.list", limit=1000, **({"after": after} if after else {}))
            listed.update((saga["id"], saga["state"]) for saga in page["sagas"])
            after = page["next"]
            if after is None:
                break
        completed = sum(listed.get(id) == "completed" for id in self.sagas)
        undone = sum(listed.get(id) == "compensated" for id in self.sagas)
        lost = len(self.sagas) - completed - undone
        money = self.money()
        say(f"   money in all accounts: {money}, put in: {EACH * len(ACCOUNTS)}")
        code = self.server.stop()
        say(f"   SIGTERM: exit {code}")
        verified = self.server.run("store", "verify", "--data", self.server.data)
        say("   skald store verify: " + " ".join((verified.stdout or verified.stderr).split()))
        say(f"\ndemo: {len(self.sagas)} sagas, {completed} completed, {undone} undone, {lost} lost")
        return lost == 0 and len(listed) == len(self.sagas) and money == EACH * len(ACCOUNTS) and code == verified.returncode == 0

    # Parts

    def expect(self, state, definition, arguments):
        """Starts one saga, waits for its end and shows it; its id."""
        id = must(self.client.request("saga.start", {"definition": definition, "input": arguments}))["id"]
        self.sagas.append(id)
        view = self.client.end_of(id, SECONDS)
        self.show(id)
        if view["state"] != state:
            raise Failed(f"{definition} {id} is {view['state']}, not {state}")
        return id

    def start_all(self, transfers, until=None):
        """Starts transfers with WINDOW open at a time, until all, or `until` of them, are acknowledged; how many were sent."""
        todo, sent, answered = list(transfers), 0, 0
        while answered < (until or len(todo)):
            while sent < len(todo) and sent - answered < WINDOW:
                self.client.send_request(
                    "saga.start", {"definition": "transfer-money", "id": todo[sent], "input": transfers[todo[sent]]}, id=f"start-{todo[sent]}")
                sent += 1
            self.note(self.client.receive())
            answered += 1
        return sent

    def note(self, message):
        self.acknowledged.add(must(message)["id"])

    def state(self, aggregate, key):
        return self.client.ask("aggregate.get", aggregate=aggregate, key=key)["state"]

    def money(self):
        return sum(self.state("account", key)["balance"] for key in ACCOUNTS)

    def show(self, id):
        shown = self.server.run("saga", "show", id)
        if shown.returncode not in (0, 1):
            raise Failed(f"skald saga show {id}: exit {shown.returncode}: {shown.stderr}")
        say("".join(f"   {line}\n" for line in shown.stdout.splitlines()).rstrip("\n"))


def main(binary, sagas, swift):
    try:
        with Server(binary, sagas=sagas) as server:
            say(f"The server: skald serve --data {server.data} --bind {server.endpoint} (pid {server.pid})")
            return 0 if Demo(server, swift).run() else 1
    except (Failed, NoAnswer, AssertionError, RuntimeError) as problem:
        say(f"demo: failed: {problem}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
