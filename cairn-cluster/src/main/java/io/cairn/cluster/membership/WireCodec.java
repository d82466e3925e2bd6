// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import static io.cairn.wire.MalformedException.require;

import io.cairn.cluster.membership.WireMessage.Answer;
import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.Question;
import io.cairn.cluster.membership.WireMessage.Status;
import io.cairn.cluster.membership.WireMessage.Step;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The binary form of the messages: a version byte, a kind byte, the fields. It reads nothing but
 * what it would write, and nothing is believed before the whole message was read.
 */
final class WireCodec {

  /** Largest message in bytes. */
  static final int MAX_BYTES = 1 << 19;

  /** Most members that a table can hold. */
  static final int MAX_CLAIMS = 1024;

  /** No honest launch gets there; beyond it could no longer contradict. */
  static final int MAX_INCARNATION = 1 << 30;

  /** Longest name or address, in bytes. */
  static final int MAX_NAME = 512;

  /** The format of all messages, in their first byte. Numbers 1 and 2 were never released. */
  static final int VERSION = 3;

  private static final int PROBE = 1;
  private static final int NEWS = 2;
  private static final int TABLE = 3;
  private static final int QUESTION = 4;
  private static final int ANSWER = 5;

  private static final List<Step> STEPS =
      List.of(Step.PING, Step.PING_REQUEST, Step.ACK, Step.NACK);

  private static final List<Status> STATUSES = List.of(Status.ALIVE, Status.SUSPECT, Status.LEFT);

  private WireCodec() {}

  /**
   * Returns the bytes of a message.
   *
   * @throws IllegalArgumentException if it exceeds a bound
   */
  static byte[] encode(WireMessage message) {
    WireWriter out = new WireWriter().u8(VERSION);
    switch (message) {
      case Probe probe -> {
        out.u8(PROBE).u8(STEPS.indexOf(probe.step())).i64(probe.number()).text(probe.launchId());
        writeClaims(out, probe.news());
      }
      case News news -> writeClaims(out.u8(NEWS), news.claims());
      case Table table -> writeClaims(out.u8(TABLE).flag(table.isAnswer()), table.claims());
      case Question question ->
          out.u8(QUESTION).text(question.launchId()).number(question.incarnation());
      case Answer answer -> {
        writeClaim(out.u8(ANSWER), answer.claim());
        out.bytes(answer.announcement().encode());
      }
    }
    if (out.size() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message of " + out.size() + " bytes, at most " + MAX_BYTES + " are sent");
    }
    return out.take();
  }

  /**
   * Refuses a launch that others would not understand.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static void requireSendable(Launch launch) {
    try {
      decode(encode(new News(List.of(new Claim(launch, Status.ALIVE, 0, 0, Set.of())))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "no others would understand " + launch + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a message.
   *
   * @throws MalformedException if no member can have sent it
   */
  static WireMessage decode(byte[] bytes) {
    require(bytes.length <= MAX_BYTES, "it is longer than messages are");
    return WireReader.read(bytes, WireCodec::message);
  }

  private static WireMessage message(WireReader in) {
    in.version(VERSION, WireReader.SAME_ON_ALL_NODES);
    int kind = in.u8();
    return switch (kind) {
      case PROBE -> new Probe(choice(in, STEPS), in.index(), name(in), claims(in));
      case NEWS -> new News(claims(in));
      case TABLE -> new Table(in.flag(), claims(in));
      case QUESTION -> new Question(name(in), in.number(MAX_INCARNATION));
      case ANSWER -> new Answer(claim(in), Announcement.decode(in.bytes(Announcement.MAX_BYTES)));
      default -> throw new MalformedException("its kind is " + kind);
    };
  }

  private static void writeClaims(WireWriter out, List<Claim> claims) {
    if (claims.size() > MAX_CLAIMS) {
      throw new IllegalArgumentException(
          "a table of " + claims.size() + " members, at most " + MAX_CLAIMS + " fit");
    }
    out.items(claims, WireCodec::writeClaim);
  }

  private static List<Claim> claims(WireReader in) {
    return in.items(MAX_CLAIMS, WireCodec::claim);
  }

  private static void writeClaim(WireWriter out, Claim claim) {
    Launch launch = claim.launch();
    out.text(launch.launchId()).text(launch.nodeId()).text(launch.address().toString());
    out.u8(STATUSES.indexOf(claim.status())).number(claim.incarnation()).number(claim.version());
    if (claim.status() == Status.SUSPECT) {
      out.items(claim.accusers(), WireWriter::i32);
    }
  }

  private static Claim claim(WireReader in) {
    Launch launch = new Launch(name(in), name(in), address(in));
    Status status = choice(in, STATUSES);
    int incarnation = in.number(MAX_INCARNATION);
    int version = in.number(Integer.MAX_VALUE);
    Set<Integer> accusers =
        status == Status.SUSPECT
            ? new HashSet<>(in.items(Suspicion.MAX_ACCUSERS, WireReader::i32))
            : Set.of();
    return new Claim(launch, status, incarnation, version, accusers);
  }

  private static URI address(WireReader in) {
    try {
      URI address = new URI(name(in));
      require(address.getHost() != null, "an address names no host");
      return address;
    } catch (URISyntaxException e) {
      throw new MalformedException("an address is none");
    }
  }

  private static String name(WireReader in) {
    String name = in.text(MAX_NAME);
    require(!name.isBlank(), "a name is blank");
    return name;
  }

  private static <T> T choice(WireReader in, List<T> values) {
    int index = in.u8();
    require(index < values.size(), "it has choice " + index + " of " + values.size());
    return values.get(index);
  }
}
