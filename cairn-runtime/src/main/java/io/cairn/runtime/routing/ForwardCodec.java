// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.routing;

import io.cairn.net.HttpRequest;
import io.cairn.net.forward.ForwardedAnswer;
import io.cairn.net.forward.ForwardedFields;
import io.cairn.net.forward.ForwardedFields.Attribute;
import io.cairn.net.forward.ForwardedRequest;
import io.cairn.runtime.documents.NotOwnerException;
import io.cairn.runtime.model.BodyBytes;
import io.cairn.runtime.peers.PeerRequests;
import io.cairn.runtime.security.SubjectContext;
import io.cairn.runtime.security.SubjectText;
import io.cairn.service.Operation;
import io.cairn.service.Operation.OperationOption;
import io.cairn.service.Service.Action;
import io.cairn.wire.KnownTexts;
import io.cairn.wire.MalformedException;
import io.cairn.wire.WireWriter;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Operations and their answers as bytes between nodes. The order of the constants of {@link Kind}
 * and {@link Action} is part of the format. Thread-safe.
 */
@SuppressWarnings("EnumOrdinal") // the format says which constants there are, in which order
public final class ForwardCodec {

  private static final int USUAL_HEAD = 256;
  private static final Kind[] KINDS = Kind.values();
  private static final Action[] ACTIONS = Action.values();

  /** What comes again and again: partitions, media types, names of clients. */
  private final KnownTexts known = new KnownTexts();

  /** How the receiver is to treat the operation. */
  public enum Kind {
    /** A request to the path it names. */
    REQUEST,
    /** A POST to a factory whose child has a name already: the path. */
    CREATE,
    /** The initial state of a service that every node starts. */
    START,
    /** A request for exactly this node, as if a client had sent it. */
    NODE
  }

  /**
   * A forwarded operation.
   *
   * @param kind how to treat it
   * @param op the operation, as the node that forwards it has it
   * @param leftMicros how long it may still take
   * @param bodyBytes how large its body is
   * @param partition the partition that the sender means; null if that does not matter
   */
  public record Forwarded(
      Kind kind, Operation op, long leftMicros, int bodyBytes, @Nullable String partition) {}

  /** Writes an operation, as a request to another node. */
  static byte[] encode(Kind kind, Operation op, long leftMicros, @Nullable String partition) {
    URI uri = op.getUri();
    WireWriter out =
        begin(
            new ForwardedRequest.Head(
                kind.ordinal(),
                op.getAction().ordinal(),
                uri.getRawPath(),
                uri.getRawQuery(),
                partition,
                op.getCaller(),
                SubjectText.of(op.getAuthorizationContext())),
            false,
            leftMicros);
    ForwardedFields.write(out, Attribute.CONTENT_TYPE, op.getContentType());
    ForwardedFields.write(out, Attribute.REFERER, op.getRefererAsString());
    ForwardedFields.write(out, Attribute.CONTEXT, op.getContextId());
    ForwardedFields.write(out, Attribute.TRANSACTION, op.getTransactionId());
    if (op.hasRequestHeaders()) {
      writeHeaders(out, op.getRequestHeaders());
    }
    ForwardedFields.end(out);
    return out.take(BodyBytes.of(op));
  }

  /**
   * Writes a client's request as it came, as a request to the owner of its target.
   *
   * @return null if something in it is for this node, too
   */
  static byte @Nullable [] encode(
      Action action, HttpRequest request, Way way, @Nullable SocketAddress caller) {
    boolean plain =
        action == Action.GET
            && request.query() == null
            && !request.headers().contains(Operation.IF_NONE_MATCH_HEADER)
            && !request.headers().contains(Operation.IF_MATCH_HEADER);
    WireWriter out =
        begin(
            new ForwardedRequest.Head(
                Kind.REQUEST.ordinal(),
                action.ordinal(),
                request.path(),
                request.query(),
                way.partition(),
                caller,
                way.subject()),
            plain,
            way.leftMicros());
    if (!ForwardedFields.write(out, request.headers())) {
      return null;
    }
    ForwardedFields.end(out);
    return out.take(request.body());
  }

  /**
   * What is said to the owner beside the request itself.
   *
   * @param partition the partition that is meant; null if that does not matter
   * @param subject who asks, as a text; null if nobody was asked to prove it
   */
  record Way(long leftMicros, @Nullable String partition, @Nullable String subject) {}

  private static WireWriter begin(ForwardedRequest.Head head, boolean plain, long leftMicros) {
    return ForwardedRequest.begin(
        new WireWriter(USUAL_HEAD), PeerRequests.OPERATION, head, plain, leftMicros);
  }

  /** Path and query of a URI, as they are sent. */
  static String target(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + '?' + uri.getRawQuery();
  }

  /**
   * Reads the head of a request that {@code encode} wrote.
   *
   * @throws MalformedException if it was not written by a node of this version
   */
  public ForwardedRequest open(byte[] payload) {
    return ForwardedRequest.read(payload, known);
  }

  /**
   * Makes an operation of a request whose head was read.
   *
   * @param host what its path is below: scheme and authority
   * @throws MalformedException if it was not written by a node of this version
   */
  public static Forwarded decode(ForwardedRequest in, String host) {
    MalformedException.require(in.kind() < KINDS.length, "its kind is not known");
    MalformedException.require(in.verb() < ACTIONS.length, "its verb is not known");
    Kind kind = KINDS[in.kind()];
    URI uri;
    try {
      uri = URI.create(host + in.target());
    } catch (IllegalArgumentException e) {
      throw new MalformedException("its target is none");
    }
    Operation op = Operation.create(ACTIONS[in.verb()], uri);
    op.setRequestContentType(null);
    op.setContextId(null);
    op.setTransactionId(null);
    op.setAuthorizationContext(subjectOf(in));
    in.fields(new RequestFields(op));
    op.forceRemote()
        .setCaller(in.caller())
        .toggleOption(OperationOption.FORWARDED, kind != Kind.NODE);
    if (!op.hasReferer()) {
      op.setReferer(host);
    }
    byte[] body = in.body();
    if (body.length > 0) {
      op.setBodyNoCloning(BodyBytes.received(op.getContentType(), body))
          .setContentLength(body.length);
    }
    return new Forwarded(kind, op, in.leftMicros(), body.length, in.partition());
  }

  /**
   * Who asks, as the node that sent a request has proved it.
   *
   * @return null if it has not
   * @throws MalformedException if it was not written by a node of this version
   */
  public static @Nullable SubjectContext subjectOf(ForwardedRequest in) {
    String subject = in.subject();
    try {
      return subject == null ? null : SubjectText.read(subject);
    } catch (RuntimeException e) {
      throw new MalformedException("its subject is none");
    }
  }

  /** Gives an operation what was read of it. */
  private record RequestFields(Operation op) implements ForwardedFields.Sink {
    @Override
    public void attribute(Attribute attribute, String value) {
      switch (attribute) {
        case CONTENT_TYPE -> op.setRequestContentType(value);
        case REFERER -> op.setReferer(value);
        case CONTEXT -> op.setContextId(value);
        case TRANSACTION -> op.setTransactionId(value);
      }
    }

    @Override
    public void field(String name, String value) {
      op.addRequestHeaderAsIs(name, value);
    }
  }

  /** Writes what has become of an operation, which holds its answer. */
  public static byte[] encodeAnswer(Operation op, @Nullable Throwable failure) {
    if (op.isForwarded() && NotOwnerException.isOf(op, failure)) {
      return ForwardedAnswer.moved();
    }
    return answer(
        op.getStatusCode(),
        op.getAnswerContentType(),
        op.hasResponseHeaders() ? op.getResponseHeaders() : Map.of(),
        BodyBytes.of(op));
  }

  /** Writes an answer. */
  public static byte[] answer(
      int status, String contentType, Map<String, String> headers, byte[] body) {
    WireWriter out = ForwardedAnswer.begin(new WireWriter(USUAL_HEAD), status);
    ForwardedFields.write(out, Attribute.CONTENT_TYPE, contentType);
    writeHeaders(out, headers);
    ForwardedFields.end(out);
    return out.take(body);
  }

  ForwardedOutcome decodeAnswer(byte[] payload) {
    ForwardedAnswer answer = ForwardedAnswer.read(payload, known);
    if (answer == null) {
      return new ForwardedOutcome.Moved();
    }
    AnswerFields fields = new AnswerFields();
    answer.fields(fields);
    return new ForwardedOutcome.Done(
        answer.status(), fields.contentType, fields.headers, answer.body());
  }

  private static final class AnswerFields implements ForwardedFields.Sink {
    String contentType = Operation.MEDIA_TYPE_APPLICATION_JSON;
    final List<String> headers = new ArrayList<>(4);

    @Override
    public void attribute(Attribute attribute, String value) {
      if (attribute == Attribute.CONTENT_TYPE) {
        contentType = value;
      }
    }

    @Override
    public void field(String name, String value) {
      headers.add(name);
      headers.add(value);
    }
  }

  private static void writeHeaders(WireWriter out, Map<String, String> headers) {
    headers.forEach((name, value) -> ForwardedFields.write(out, name, value));
  }
}
