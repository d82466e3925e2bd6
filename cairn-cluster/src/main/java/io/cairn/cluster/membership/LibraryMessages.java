// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.membership;

import io.cairn.cluster.membership.WireMessage.Claim;
import io.cairn.cluster.membership.WireMessage.Launch;
import io.cairn.cluster.membership.WireMessage.MetadataAnswer;
import io.cairn.cluster.membership.WireMessage.MetadataRequest;
import io.cairn.cluster.membership.WireMessage.News;
import io.cairn.cluster.membership.WireMessage.Probe;
import io.cairn.cluster.membership.WireMessage.ProbeKind;
import io.cairn.cluster.membership.WireMessage.Route;
import io.cairn.cluster.membership.WireMessage.Table;
import io.cairn.cluster.membership.WireMessage.Verdict;
import io.scalecube.cluster.Member;
import io.scalecube.cluster.fdetector.FailureDetectorImpl;
import io.scalecube.cluster.gossip.GossipProtocolImpl;
import io.scalecube.cluster.membership.MemberStatus;
import io.scalecube.cluster.membership.MembershipProtocolImpl;
import io.scalecube.cluster.metadata.MetadataStoreImpl;
import io.scalecube.cluster.transport.api.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Translates between the library's messages and ours. The order of fields is that of the library's
 * {@code writeExternal} methods; a test sends each kind there and back.
 */
final class LibraryMessages {

  /** All our nodes share one: what separates clusters is the transport's secret. */
  static final String NAMESPACE = "cairn";

  private static final String ROOT = "io.scalecube.cluster.";
  private static final String VERDICT = ROOT + "fdetector.PingData$AckType";

  private final LibraryType ping = new LibraryType(ROOT + "fdetector.PingData");
  private final LibraryType table = new LibraryType(ROOT + "membership.SyncData");
  private final LibraryType record = new LibraryType(ROOT + "membership.MembershipRecord");
  private final LibraryType gossip = new LibraryType(ROOT + "gossip.Gossip");
  private final LibraryType gossips = new LibraryType(ROOT + "gossip.GossipRequest");
  private final LibraryType request = new LibraryType(ROOT + "metadata.GetMetadataRequest");
  private final LibraryType answer = new LibraryType(ROOT + "metadata.GetMetadataResponse");
  private final Object reached = LibraryType.constant(VERDICT, "DEST_OK");
  private final Object gone = LibraryType.constant(VERDICT, "DEST_GONE");

  static Member member(Launch launch) {
    return new Member(launch.launchId(), launch.nodeId(), launch.address(), NAMESPACE);
  }

  static Launch launch(Member member) {
    return new Launch(member.id(), member.alias(), member.address());
  }

  /** Returns the library's message for one that arrived from an address. */
  Message toLibrary(WireMessage message, String sender) {
    Message.Builder builder =
        switch (message) {
          case Probe probe -> build(qualifier(probe), probe.correlationId(), ping(probe));
          case Table t ->
              build(
                  t.isAnswer() ? MembershipProtocolImpl.SYNC_ACK : MembershipProtocolImpl.SYNC,
                  t.correlationId(),
                  table(t));
          case News news -> build(GossipProtocolImpl.GOSSIP_REQ, null, gossips(news));
          case MetadataRequest r ->
              build(
                  MetadataStoreImpl.GET_METADATA_REQ,
                  r.correlationId(),
                  request.make(member(r.launch())));
          case MetadataAnswer a -> {
            byte[] bytes = a.announcement().encode();
            Object data = answer.make(member(a.launch()), bytes.length, bytes);
            yield build(MetadataStoreImpl.GET_METADATA_RESP, a.correlationId(), data);
          }
        };
    return builder.sender(sender).build();
  }

  /**
   * Returns our message for one of the library's.
   *
   * @throws MalformedMessageException if it is none of those that members exchange
   */
  WireMessage fromLibrary(Message message) throws MalformedMessageException {
    List<@Nullable Object> fields = LibraryType.fields(message.data());
    String correlationId = message.correlationId();
    return switch (message.qualifier()) {
      case FailureDetectorImpl.PING -> probe(ProbeKind.PING, correlationId, fields);
      case FailureDetectorImpl.PING_REQ -> probe(ProbeKind.PING_REQUEST, correlationId, fields);
      case FailureDetectorImpl.PING_ACK -> probe(ProbeKind.ACKNOWLEDGEMENT, correlationId, fields);
      case MembershipProtocolImpl.SYNC -> new Table(false, correlationId, claims(fields));
      case MembershipProtocolImpl.SYNC_ACK -> new Table(true, correlationId, claims(fields));
      case GossipProtocolImpl.GOSSIP_REQ -> news(fields);
      case MetadataStoreImpl.GET_METADATA_REQ ->
          new MetadataRequest(correlationId, launch(at(fields, 0, Member.class)));
      case MetadataStoreImpl.GET_METADATA_RESP ->
          new MetadataAnswer(
              correlationId,
              launch(at(fields, 0, Member.class)),
              Announcement.decode(ByteBuffer.wrap(at(fields, 2, byte[].class))));
      default -> throw new MalformedMessageException("unknown qualifier " + message.qualifier());
    };
  }

  private static Message.Builder build(
      String qualifier, @Nullable String correlationId, Object data) {
    Message.Builder builder = Message.withData(data).qualifier(qualifier);
    return correlationId == null ? builder : builder.correlationId(correlationId);
  }

  private static String qualifier(Probe probe) {
    return switch (probe.kind()) {
      case PING -> FailureDetectorImpl.PING;
      case PING_REQUEST -> FailureDetectorImpl.PING_REQ;
      case ACKNOWLEDGEMENT -> FailureDetectorImpl.PING_ACK;
    };
  }

  private Object ping(Probe probe) {
    Launch issuer = probe.route().issuer();
    Verdict verdict = probe.verdict();
    return ping.make(
        member(probe.route().from()),
        member(probe.route().to()),
        issuer == null ? null : member(issuer),
        verdict == null ? null : verdict == Verdict.GONE ? gone : reached);
  }

  private Object table(Table t) {
    List<@Nullable Object> fields = new ArrayList<>();
    fields.add(t.claims().size());
    t.claims().forEach(claim -> fields.add(record(claim)));
    return table.make(fields.toArray());
  }

  private Object record(Claim claim) {
    return record.make(member(claim.launch()), claim.status(), claim.incarnation());
  }

  private Object gossips(News news) {
    Message inner =
        Message.withData(record(news.claim()))
            .qualifier(MembershipProtocolImpl.MEMBERSHIP_GOSSIP)
            .build();
    Object one = gossip.make(news.origin(), inner, news.sequence());
    return gossips.make(1, one, news.relay());
  }

  private Probe probe(ProbeKind kind, String correlationId, List<@Nullable Object> fields) {
    Member issuer = (Member) fields.get(2);
    Route route =
        new Route(
            launch(at(fields, 0, Member.class)),
            launch(at(fields, 1, Member.class)),
            issuer == null ? null : launch(issuer));
    Object said = fields.get(3);
    @Nullable Verdict verdict = null;
    if (kind == ProbeKind.ACKNOWLEDGEMENT) {
      verdict = gone.equals(said) ? Verdict.GONE : Verdict.REACHED;
    }
    return new Probe(kind, correlationId, route, verdict);
  }

  private static List<Claim> claims(List<@Nullable Object> fields) {
    List<Claim> claims = new ArrayList<>(fields.size());
    for (Object field : fields.subList(1, fields.size())) {
      claims.add(claim(field));
    }
    return claims;
  }

  private static Claim claim(@Nullable Object membershipRecord) {
    List<@Nullable Object> fields = LibraryType.fields(membershipRecord);
    return new Claim(
        launch(at(fields, 0, Member.class)),
        at(fields, 1, MemberStatus.class),
        at(fields, 2, Integer.class));
  }

  private static News news(List<@Nullable Object> fields) throws MalformedMessageException {
    MalformedMessageException.require(fields.size() == 3, "number of gossips");
    List<@Nullable Object> one = LibraryType.fields(fields.get(1));
    Message inner = at(one, 1, Message.class);
    MalformedMessageException.require(
        MembershipProtocolImpl.MEMBERSHIP_GOSSIP.equals(inner.qualifier()), "gossip");
    return new News(
        at(fields, 2, String.class),
        at(one, 0, String.class),
        at(one, 2, Long.class),
        claim(inner.data()));
  }

  private static <T> T at(List<@Nullable Object> fields, int index, Class<T> type) {
    T value = type.cast(fields.get(index));
    if (value == null) {
      throw new IllegalStateException("field " + index + " is absent");
    }
    return value;
  }
}
