// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.ServiceNotFoundException;
import java.net.SocketAddress;
import java.net.URI;
import java.util.EnumSet;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A request, its answer and what happens then: the one object an author deals with on both sides of
 * a call. What it carries, how it travels and how it ends stand in the classes that it extends,
 * each part of the authors' face too.
 *
 * <p>An operation is handed from thread to thread, never shared: its fields are not synchronized,
 * and whoever passes it on publishes it safely. Only completion is atomic: however many threads
 * call {@link #complete()} or {@link #fail(Throwable)}, the handler runs once and the others are
 * logged.
 *
 * <p>It is kept small: a plain GET allocates this object and nothing else.
 */
public class Operation extends OperationCompletion {

  /** Runs when an operation has its answer. */
  @FunctionalInterface
  public interface CompletionHandler {
    /**
     * Takes the answer.
     *
     * @param completedOp the operation with status, headers and body of the answer
     * @param failure why it failed, null if it succeeded
     */
    void handle(Operation completedOp, @Nullable Throwable failure);
  }

  /** How an operation is sent and treated on its way. */
  public enum OperationOption {
    /** Share a connection with other operations (HTTP/2). */
    CONNECTION_SHARING(0),
    /** Keep the connection open afterwards. */
    KEEP_ALIVE(1),
    /** An update that comes from the owner. */
    REPLICATED(2),
    /** Forwarded by another node. */
    FORWARDED(3),
    /** Do not replicate this update. */
    REPLICATION_DISABLED(4),
    /** Hand bodies over without copying. */
    CLONING_DISABLED(5),
    /** Do not tell subscribers. */
    NOTIFICATION_DISABLED(6),
    /** The target service is replicated. */
    REPLICATED_TARGET(7),
    /** Do not log a failure. */
    FAILURE_LOGGING_DISABLED(8),
    /** Arrived from, or must go through, the network. */
    REMOTE(9),
    /** Held back by a rate limit. */
    RATE_LIMITED(10),
    /** Uses a connection at this moment. */
    SOCKET_ACTIVE(11);

    private final int bit;

    OperationOption(int position) {
      this.bit = 1 << position;
    }

    int bit() {
      return bit;
    }
  }

  /** An operation as a document, for tracing and for services outside this process. */
  @DocumentKind(SerializedOperation.KIND)
  public static class SerializedOperation extends ServiceDocument {
    public static final String KIND = "com:vmware:xenon:common:Operation:SerializedOperation";

    public @Nullable Action action;
    public @Nullable String host;
    public int port;
    public @Nullable String path;
    public @Nullable String query;
    public long id;
    public @Nullable URI referer;
    public @Nullable String jsonBody;
    public int statusCode;
    public @Nullable EnumSet<OperationOption> options;
    public @Nullable String contextId;
    public @Nullable String transactionId;
    public @Nullable String userInfo;

    /** The document of {@code op}; an absent body stays absent. */
    public static SerializedOperation create(Operation op) {
      SerializedOperation document = new SerializedOperation();
      document.documentKind = KIND;
      document.action = op.action;
      URI uri = op.uri;
      if (uri != null) {
        document.host = uri.getHost();
        document.port = uri.getPort();
        document.path = uri.getPath();
        document.query = uri.getQuery();
        document.userInfo = uri.getUserInfo();
      }
      document.id = op.id;
      document.referer = op.hasReferer() ? op.getReferer() : null;
      document.jsonBody = op.hasBody() ? Utils.toJson(op.getBodyRaw()) : null;
      document.statusCode = op.getStatusCode();
      document.options = op.getOptions();
      document.contextId = op.getContextId();
      document.transactionId = op.getTransactionId();
      return document;
    }
  }

  // Ids tell operations of one process apart (joins key their results by them), so the sequence
  // belongs to the process.
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final long id = NEXT_ID.incrementAndGet();
  private @Nullable URI uri;
  private Action action = Action.GET;
  private long expirationMicrosUtc;
  private @Nullable Object referer;

  /** A GET without target, in the context of this thread. */
  public Operation() {}

  @Override
  final Operation self() {
    return this;
  }

  // ---- creation

  public static Operation createGet(@Nullable URI uri) {
    return create(Action.GET, uri);
  }

  public static Operation createGet(Service sender, String targetPath) {
    return createGet(sender.getHost(), targetPath);
  }

  public static Operation createGet(ServiceHost sender, String targetPath) {
    return createGet(UriUtils.buildUri(sender, targetPath));
  }

  public static Operation createPost(@Nullable URI uri) {
    return create(Action.POST, uri);
  }

  public static Operation createPost(Service sender, String targetPath) {
    return createPost(sender.getHost(), targetPath);
  }

  public static Operation createPost(ServiceHost sender, String targetPath) {
    return createPost(UriUtils.buildUri(sender, targetPath));
  }

  public static Operation createPatch(@Nullable URI uri) {
    return create(Action.PATCH, uri);
  }

  public static Operation createPatch(Service sender, String targetPath) {
    return createPatch(sender.getHost(), targetPath);
  }

  public static Operation createPatch(ServiceHost sender, String targetPath) {
    return createPatch(UriUtils.buildUri(sender, targetPath));
  }

  public static Operation createPut(@Nullable URI uri) {
    return create(Action.PUT, uri);
  }

  public static Operation createPut(Service sender, String targetPath) {
    return createPut(sender.getHost(), targetPath);
  }

  public static Operation createPut(ServiceHost sender, String targetPath) {
    return createPut(UriUtils.buildUri(sender, targetPath));
  }

  public static Operation createDelete(@Nullable URI uri) {
    return create(Action.DELETE, uri);
  }

  public static Operation createDelete(Service sender, String targetPath) {
    return createDelete(sender.getHost(), targetPath);
  }

  public static Operation createDelete(ServiceHost sender, String targetPath) {
    return createDelete(UriUtils.buildUri(sender, targetPath));
  }

  public static Operation createOptions(@Nullable URI uri) {
    return create(Action.OPTIONS, uri);
  }

  public static Operation createOptions(Service sender, String targetPath) {
    return createOptions(sender.getHost(), targetPath);
  }

  public static Operation createOptions(ServiceHost sender, String targetPath) {
    return createOptions(UriUtils.buildUri(sender, targetPath));
  }

  /** An operation of this action and target. */
  public static Operation create(Action action, @Nullable URI uri) {
    Operation op = new Operation();
    op.action = action;
    op.uri = uri;
    return op;
  }

  /** The operation that {@code document} describes, aimed at {@code host}. */
  public static Operation create(SerializedOperation document, ServiceHost host) {
    String path = document.path == null ? "" : document.path;
    Operation op =
        create(
            Objects.requireNonNull(document.action, "action"),
            UriUtils.buildUri(host, path, document.query));
    if (document.referer != null) {
      op.setReferer(document.referer);
    }
    if (document.jsonBody != null) {
      op.setBodyNoCloning(document.jsonBody);
    }
    op.setStatusCode(document.statusCode);
    op.setContextId(document.contextId);
    op.setTransactionId(document.transactionId);
    return op;
  }

  /** Sends this operation. */
  public void sendWith(ServiceRequestSender sender) {
    sender.sendRequest(this);
  }

  // ---- identity

  /** Unique among the operations of this process. */
  public long getId() {
    return id;
  }

  /** The target. */
  public URI getUri() {
    return Objects.requireNonNull(uri, "operation has no URI");
  }

  /** Whether a target has been set. */
  public boolean hasUri() {
    return uri != null;
  }

  public Operation setUri(URI value) {
    this.uri = value;
    return this;
  }

  public Action getAction() {
    return action;
  }

  public Operation setAction(Action value) {
    this.action = value;
    return this;
  }

  /** Microseconds since the epoch; 0 means that the sender applies its own timeout. */
  public long getExpirationMicrosUtc() {
    return expirationMicrosUtc;
  }

  /** Sets the absolute time, in microseconds since the epoch, after which this fails with 408. */
  public Operation setExpiration(long micros) {
    this.expirationMicrosUtc = micros;
    return this;
  }

  /** Whether it is known who sends this: it was said, or is seen by the connection it came by. */
  public boolean hasReferer() {
    return referer != null || getCaller() != null;
  }

  /**
   * Who sends this.
   *
   * @throws IllegalArgumentException if none was set, or what was set is not a URI
   */
  public URI getReferer() {
    if (referer instanceof URI present) {
      return present;
    }
    String said = getRefererAsString();
    if (said == null) {
      throw new IllegalArgumentException("referer is required");
    }
    URI parsed = URI.create(said);
    this.referer = parsed;
    return parsed;
  }

  /**
   * The referer as text, or null. Who has not said it is named by the address of its connection.
   */
  public @Nullable String getRefererAsString() {
    if (referer != null) {
      return referer.toString();
    }
    SocketAddress caller = getCaller();
    return caller == null ? null : "http:/" + caller + "/unknown-client";
  }

  public Operation setReferer(@Nullable URI value) {
    this.referer = value;
    return this;
  }

  /** As the other form; parsed only when somebody asks for the URI. */
  public Operation setReferer(@Nullable String value) {
    this.referer = value;
    return this;
  }

  /** Whether this changes an existing document. */
  public boolean isUpdate() {
    return action == Action.PUT || action == Action.PATCH;
  }

  public Operation transferRefererFrom(Operation other) {
    this.referer = other.referer == null ? other.getRefererAsString() : other.referer;
    return this;
  }

  // ---- ready-made failures

  /** 405: the service does not know this verb. */
  public static void failActionNotSupported(Operation op) {
    String message = "Action not supported: " + op.getAction();
    op.fail(STATUS_CODE_BAD_METHOD, new IllegalStateException(message), null);
  }

  /** 404: there is no such service. */
  public static void failServiceNotFound(Operation op) {
    failServiceNotFound(op, ServiceErrorResponse.ERROR_CODE_SERVICE_NOT_FOUND);
  }

  /** 404 with an error code and a sentence that say more. */
  public static void failServiceNotFound(Operation op, int errorCode, String reason) {
    String link = op.hasUri() ? op.getUri().getPath() : "";
    fail(op, STATUS_CODE_NOT_FOUND, errorCode, new ServiceNotFoundException(link, reason));
  }

  /** 404 with an error code that says more. */
  public static void failServiceNotFound(Operation op, int errorCode) {
    String link = op.hasUri() ? op.getUri().getPath() : "";
    fail(op, STATUS_CODE_NOT_FOUND, errorCode, new ServiceNotFoundException(link));
  }

  /** 503: a limit was reached, try again in a second. */
  public static void failLimitExceeded(Operation op, int errorCode, String details) {
    Throwable failure = new IllegalStateException("Limit exceeded: " + details);
    StandardRefusal.LIMIT_EXCEEDED.answer(op, errorCode, failure);
  }

  /** Fails {@code op} as the node failed to which it was forwarded. */
  public static void failForwardedRequest(Operation op, Operation forwarded, Throwable failure) {
    op.setStatusCode(forwarded.getStatusCode());
    op.transferResponseHeadersFrom(forwarded);
    op.setContentType(forwarded.getContentType());
    op.fail(failure, forwarded.getBodyRaw());
  }

  /** Fails {@code op} with this status and one of the runtime's error codes. */
  public static void fail(Operation op, int status, int errorCode, Throwable failure) {
    op.setStatusCode(status);
    ServiceErrorResponse response = OperationFailure.toResponse(op, failure);
    if (ServiceErrorResponse.isInternalErrorCode(errorCode)) {
      response.setInternalErrorCode(errorCode);
    } else {
      response.setErrorCode(errorCode);
    }
    op.fail(status, failure, response);
  }

  // ---- logging

  /** Verb, target, status, id: never the body, which may hold secrets. */
  @Override
  public String toString() {
    return action + " " + uri + " " + getStatusCode() + " [id=" + id + "]";
  }

  /** As {@link #toString()} with referer, correlation id and options. */
  public String toLogString() {
    return this
        + " referer="
        + getRefererAsString()
        + " contextId="
        + getContextId()
        + " expiration="
        + expirationMicrosUtc
        + " options="
        + getOptions();
  }
}
