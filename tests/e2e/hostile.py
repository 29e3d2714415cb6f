"""A stranger in host A who makes his segments by hand (scapy), for tests/e2e/hostile.bats.

usage: python3 hostile.py SCENE [PORT]

He has the address 10.0.0.66, which no kernel has, so that none answers for him, and speaks to the
echo server at 10.0.0.2:8000. Each scene prints what came back as key=value lines; what is right is
for the test to say. Answers are waited for until they come; where none may come, the stranger sends
something that is answered behind it (a probe): the wire keeps the order, so silence shows.
"""

import random
import socket
import sys
import time

from scapy.all import ARP, IP, TCP, Ether, Raw, fragment

SERVER, PORT = "10.0.0.2", 8000
STRANGER, HONEST = "10.0.0.66", "10.0.0.1"
PATIENCE = 10  # seconds, for an answer that must come
ETH_P_ALL, OUTGOING = 3, 4
SPACE = 1 << 32

random.seed(1)


class Card:
    """The host's network card: frames out, frames in."""

    def __init__(self):
        name = next(n for _, n in socket.if_nameindex() if n != "lo")
        self.raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.raw.bind((name, 0))
        self.mac = ":".join("%02x" % octet for octet in self.raw.getsockname()[4])
        self.server_mac = None
        self.talks = []

    def send(self, packet):
        self.raw.send(bytes(Ether(src=self.mac, dst=self.server_mac) / packet))

    def hear(self, wanted, patience=PATIENCE):
        """The next frame of which wanted(frame) is true, or None."""
        end = time.monotonic() + patience
        while (left := end - time.monotonic()) > 0:
            self.raw.settimeout(left)
            try:
                octets, whence = self.raw.recvfrom(65535)
            except socket.timeout:
                return None
            frame = Ether(octets)
            if whence[2] != OUTGOING and wanted(frame):
                return frame
        return None

    def meet(self):
        """Asks for the server's address, by which the server learns the stranger's."""
        asked = ARP(op=1, hwsrc=self.mac, psrc=STRANGER, pdst=SERVER)
        self.raw.send(bytes(Ether(src=self.mac, dst="ff:ff:ff:ff:ff:ff") / asked))
        answer = self.hear(lambda f: ARP in f and f[ARP].op == 2 and f[ARP].psrc == SERVER)
        self.server_mac = answer[ARP].hwsrc


class Talk:
    """One connection of the stranger's, from SYN on; seq is what he sends next, ack what he expects."""

    def __init__(self, card, port=None):
        self.card = card
        self.port = port or random.randrange(20000, 30000)
        self.seq, self.ack = random.randrange(SPACE), 0
        card.talks.append(self)

    def say(self, flags, payload=b"", shift=0, ack_shift=0, **fields):
        """A segment at seq + shift that acknowledges ack + ack_shift."""
        header = TCP(sport=self.port, dport=PORT, flags=flags, window=65535,
                     seq=(self.seq + shift) % SPACE, ack=(self.ack + ack_shift) % SPACE, **fields)
        self.card.send(IP(src=STRANGER, dst=SERVER) / header / Raw(payload))

    def hear(self, wanted=lambda segment: True):
        """The next segment to this connection of which wanted is true."""
        frame = self.card.hear(lambda f: TCP in f and f[IP].src == SERVER
                               and f[TCP].dport == self.port and wanted(f[TCP]))
        return frame[TCP] if frame else None

    def open(self):
        self.say("S")
        answer = self.hear(lambda s: s.flags == "SA")
        self.seq, self.ack = (self.seq + 1) % SPACE, (answer.seq + 1) % SPACE
        self.say("A")
        return self

    def is_challenge(self, segment):
        """An ACK and nothing else, which tells where both ends stand."""
        return segment.flags == "A" and segment.seq == self.ack and segment.ack == self.seq

    def echo(self, word):
        """Says the word and takes its echo, which may come in pieces; all that came before an
        answer to it is passed over."""
        self.say("PA", word)
        self.seq = (self.seq + len(word)) % SPACE
        return self.take(len(word))

    def take(self, length):
        """So many octets from the server, put in order."""
        start, back = self.ack, {}
        while sum(map(len, back.values())) < length:
            segment = self.hear(lambda s: len(s.payload) > 0)
            if segment is None:
                break
            back[(segment.seq - start) % SPACE] = bytes(segment.payload)
        self.ack = (start + sum(map(len, back.values()))) % SPACE
        self.say("A")
        return b"".join(back[at] for at in sorted(back))


def tell(**results):
    for key, value in results.items():
        print(f"{key}={value.decode() if isinstance(value, bytes) else value}")


def alive(talk):
    tell(alive="yes" if talk.echo(b"alive") == b"alive" else "no")


def answer(talk):
    """How the next segment of the server looks: challenge, RST, ..., or silence."""
    segment = talk.hear()
    if segment is None:
        return "silence"
    return "challenge" if talk.is_challenge(segment) else str(segment.flags)


# ---- scenes ----


def overlap(card):
    """Text that comes early, twice, and with other octets where it overlaps."""
    talk = Talk(card).open()
    talk.say("A", b"WORLD", shift=5)
    talk.say("A", b"LLOWO", shift=2)
    talk.say("PA", b"HELLOxx")
    talk.seq = (talk.seq + 10) % SPACE
    tell(echo=talk.take(10))
    talk.say("PA", b"HELLOWORLD", shift=-10)  # all of it is old
    tell(old=answer(talk))
    alive(talk)


def offsets(card):
    """Headers that claim to be shorter than a header, or longer than the segment."""
    talk = Talk(card).open()
    talk.say("PA", dataofs=4)
    talk.say("PA", dataofs=15)
    talk.card.send(IP(src=STRANGER, dst=SERVER, proto=6) / Raw(b"\0" * 12))
    talk.say("PA", b"spoilt", chksum=0x1234)
    alive(talk)


def options(card):
    """Options whose length is 0, 1, or more than there is: on a SYN, and inside a connection."""
    talk = Talk(card).open()
    for octets in (b"\x08\x00", b"\x02\x01", b"\xfe\xff"):
        header = TCP(sport=talk.port + 1, dport=PORT, flags="S", dataofs=6)
        card.send(IP(src=STRANGER, dst=SERVER) / header / Raw(octets + b"\0\0"))
        header = TCP(sport=talk.port, dport=PORT, flags="A", seq=talk.seq, ack=talk.ack, dataofs=6)
        card.send(IP(src=STRANGER, dst=SERVER) / header / Raw(octets + b"\0\0"))
    alive(talk)


def land(card):
    """A SYN that seems to come from where it goes to."""
    talk = Talk(card).open()
    card.send(IP(src=SERVER, dst=SERVER) / TCP(sport=PORT, dport=PORT, flags="S", seq=1))
    alive(talk)


def resets(card):
    """RST beside the window, in it, and SYN: only the exact number would end the connection."""
    talk = Talk(card).open()
    talk.echo(b"a")
    talk.say("R", shift=-1)
    talk.say("R", shift=1 << 31)
    tell(beside=talk.echo(b"still"))
    talk.say("R", shift=100)
    tell(inside=answer(talk))
    talk.say("S", shift=100)
    tell(syn=answer(talk))
    talk.say("SA")
    tell(synack=answer(talk))
    alive(talk)
    talk.say("R")
    talk.say("A", shift=0)
    tell(exact=answer(talk))  # a RST, as to any segment that belongs to no connection


def acks(card):
    """ACKs of what was never sent, and of what was long ago (RFC 5961 section 5)."""
    talk = Talk(card).open()
    talk.echo(b"a")
    talk.say("A", ack_shift=1000)
    tell(unsent=answer(talk))
    talk.say("PA", b"evil", ack_shift=1000)
    tell(unsent_text=answer(talk))
    talk.say("PA", b"evil", ack_shift=-(1 << 30))
    tell(ancient_text=answer(talk))
    alive(talk)
    half = Talk(card)
    half.say("S")
    half.ack = half.hear(lambda s: s.flags == "SA").seq
    half.seq = (half.seq + 1) % SPACE
    half.say("A", ack_shift=1000)
    tell(half_open=answer(half))


def fragments(card):
    """A SYN in pieces of eight octets, which hide its flags from a filter."""
    talk = Talk(card).open()
    whole = IP(src=STRANGER, dst=SERVER, id=7) / TCP(sport=talk.port + 1, dport=PORT, flags="S")
    for piece in fragment(whole, fragsize=8):
        card.send(piece)
    alive(talk)


def blind(card):
    """Somebody who knows the honest client's port and nothing of its numbers."""
    talk = Talk(card).open()
    for _ in range(100):
        for flags, payload in (("R", b""), ("S", b""), ("PA", b"evil"), ("FA", b"")):
            header = TCP(sport=int(sys.argv[2]), dport=PORT, flags=flags, window=0,
                         seq=random.randrange(SPACE), ack=random.randrange(SPACE))
            card.send(IP(src=HONEST, dst=SERVER) / header / Raw(payload))
    alive(talk)


def main():
    scenes = (overlap, offsets, options, land, resets, acks, fragments, blind)
    chosen = {scene.__name__: scene for scene in scenes}[sys.argv[1]]
    card = Card()
    card.meet()
    chosen(card)
    for talk in card.talks:
        talk.say("R")  # the server need not wait for him


main()
