// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.Service.Action;
import io.cairn.service.failure.NobodyWaitsException;
import io.cairn.service.failure.ServiceNotFoundException;
import io.cairn.service.http.OperationHeaders;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.http.ServerSentEvent;
import io.cairn.service.security.AuthorizationContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.net.URI;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request, its answer and what happens then: the one object an author deals with on both sides of
 * a call. It is longer than the house rules like, because it is the whole author-facing surface;
 * what can stand apart does ({@link OperationHeaders}, {@link CompletionChain}, {@link
 * OperationFailure}).
 *
 * <p>An operation is handed from thread to thread, never shared: its fields are not synchronized,
 * and whoever passes it on publishes it safely. Only completion is atomic: however many threads
 * call {@link #complete()} or {@link #fail(Throwable)}, the handler runs once and the others are
 * logged.
 *
 * <p>It is kept small: a plain GET allocates this object and nothing else.
 */
public class Operation implements OperationVocabulary, Cloneable {

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
    SOCKET_ACTIVE(11),
    /** Not done, because another node owns the target by now. */
    MOVED(12);

    private final int bit;

    OperationOption(int position) {
      this.bit = 1 << position;
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
      document.statusCode = op.statusCode;
      document.options = op.getOptions();
      document.contextId = op.getContextId();
      document.transactionId = op.getTransactionId();
      return document;
    }
  }

  private static final Logger LOGGER = LoggerFactory.getLogger(Operation.class);

  // Ids tell operations of one process apart (joins key their results by them), so the sequence
  // belongs to the process.
  private static final AtomicLong NEXT_ID = new AtomicLong();

  /** Either the log decides what becomes of an operation, or who gave up waiting has decided. */
  private enum Stage {
    OPEN,
    COMMITTING,
    GIVEN_UP,
    /** The log decides, and nobody waits for it any more. */
    OVERDUE
  }

  private static final VarHandle COMPLETION;
  private static final VarHandle STAGE;

  static {
    try {
      COMPLETION =
          MethodHandles.lookup()
              .findVarHandle(Operation.class, "completion", CompletionHandler.class);
      STAGE = MethodHandles.lookup().findVarHandle(Operation.class, "stage", Stage.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long id = NEXT_ID.incrementAndGet();
  private @Nullable URI uri;
  private @Nullable SocketAddress caller;
  private Action action = Action.GET;
  private int statusCode = STATUS_CODE_OK;
  private int options = OperationOption.KEEP_ALIVE.bit;
  private long expirationMicrosUtc;
  private long contentLength;
  private @Nullable Object referer;
  private OperationContext context = OperationContext.getOperationContext();
  private volatile Stage stage = Stage.OPEN;
  private @Nullable Object body;
  private @Nullable Object parsedBody;
  private @Nullable ServiceDocument linkedState;
  private @Nullable String contentType;
  private boolean answerTypeIsOpen;
  private @Nullable OperationHeaders requestHeaders;
  private @Nullable OperationHeaders responseHeaders;
  private @Nullable OperationExtras extras;
  private @Nullable BooleanSupplier abandonment;

  @SuppressWarnings("unused") // through COMPLETION
  private volatile @Nullable CompletionHandler completion;

  /** A GET without target, in the context of this thread. */
  public Operation() {}

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
    op.statusCode = document.statusCode;
    op.setContextId(document.contextId);
    op.setTransactionId(document.transactionId);
    return op;
  }

  /**
   * A copy with the same id that completes through the same handler. Bodies are shared, headers and
   * rare attributes are copied.
   */
  @Override
  public Operation clone() {
    try {
      Operation copy = (Operation) super.clone();
      copy.requestHeaders = requestHeaders == null ? null : new OperationHeaders(requestHeaders);
      copy.responseHeaders = responseHeaders == null ? null : new OperationHeaders(responseHeaders);
      copy.extras = extras == null ? null : extras.copy();
      return copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
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

  /** Where the client's end of its connection is; null if the request began on this host. */
  public @Nullable SocketAddress getCaller() {
    return caller;
  }

  /** Called by the transport. */
  public Operation setCaller(@Nullable SocketAddress address) {
    this.caller = address;
    return this;
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

  public int getStatusCode() {
    return statusCode;
  }

  public Operation setStatusCode(int code) {
    this.statusCode = code;
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

  public boolean hasReferer() {
    return referer != null;
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
    if (referer == null) {
      throw new IllegalArgumentException("referer is required");
    }
    URI parsed = URI.create((String) referer);
    this.referer = parsed;
    return parsed;
  }

  /** The referer as text, or null. */
  public @Nullable String getRefererAsString() {
    return referer == null ? null : referer.toString();
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

  /** How often a remote send is repeated after a failure of the connection. */
  public int getRetryCount() {
    return extras == null ? 0 : extras.retryCount;
  }

  /** Sets how often a remote send is repeated; between 0 and {@link Short#MAX_VALUE}. */
  public Operation setRetryCount(int count) {
    if (count < 0 || count > Short.MAX_VALUE) {
      throw new IllegalArgumentException("retryCount must be between 0 and " + Short.MAX_VALUE);
    }
    extras().retryCount = count;
    return this;
  }

  // ---- context

  /** What this operation hands on to those it causes. */
  OperationContext context() {
    return context;
  }

  /** Replaces subject, correlation id and transaction at once. */
  Operation setContext(OperationContext value) {
    this.context = value;
    return this;
  }

  public @Nullable AuthorizationContext getAuthorizationContext() {
    return context.authorizationContext();
  }

  /** Says on whose behalf this runs; the host trusts only what it verified itself. */
  public Operation setAuthorizationContext(@Nullable AuthorizationContext value) {
    this.context = context.withAuthorizationContext(value);
    return this;
  }

  public @Nullable String getContextId() {
    return context.contextId();
  }

  public Operation setContextId(@Nullable String value) {
    this.context = context.withContextId(value);
    return this;
  }

  public @Nullable String getTransactionId() {
    return context.transactionId();
  }

  public Operation setTransactionId(@Nullable String value) {
    this.context = context.withTransactionId(value);
    return this;
  }

  public boolean isWithinTransaction() {
    return context.transactionId() != null;
  }

  // ---- body

  /**
   * Sets the body to a private copy of {@code value}, so that the caller may go on changing its
   * own. Not copied are immutable values, the state linked to this operation (already private to
   * it), and anything under {@link OperationOption#CLONING_DISABLED}.
   */
  @SuppressWarnings("ReferenceEquality") // it is the linked object itself that needs no copy
  public Operation setBody(@Nullable Object value) {
    boolean shared =
        hasOption(OperationOption.CLONING_DISABLED)
            || value == linkedState
            || !OperationBody.isMutable(value);
    return setBodyNoCloning(shared || value == null ? value : Utils.clone(value));
  }

  /** Sets the body to {@code value} itself: whoever sets it must not change it afterwards. */
  public Operation setBodyNoCloning(@Nullable Object value) {
    this.body = value;
    this.parsedBody = null;
    this.contentLength = 0;
    return this;
  }

  /**
   * The body as {@code type}; JSON is parsed once and the value kept, so that asking again gives
   * the same object.
   *
   * @throws IllegalArgumentException if there is no body
   * @throws IllegalArgumentException if the body cannot be read as {@code type}
   */
  public <T> T getBody(Class<T> type) {
    Object present = body;
    if (present == null) {
      throw new IllegalArgumentException("body is required");
    }
    if (type.isInstance(present)) {
      return type.cast(present);
    }
    if (type.isInstance(parsedBody)) {
      return type.cast(parsedBody);
    }
    T parsed = OperationBody.read(this, present, type);
    this.parsedBody = parsed;
    return parsed;
  }

  /** The value that {@link #getBody} made of a JSON body, if it was read as {@code type}. */
  public <T> @Nullable T getParsedBody(Class<T> type) {
    return type.isInstance(parsedBody) ? type.cast(parsedBody) : null;
  }

  /** The body as it was set: an object, JSON text, or bytes. */
  public @Nullable Object getBodyRaw() {
    return body;
  }

  public boolean hasBody() {
    return body != null;
  }

  /** The error of a failed operation; null if it succeeded or its body is something else. */
  public @Nullable ServiceErrorResponse getErrorResponseBody() {
    if (!hasBody() || statusCode < STATUS_CODE_FAILURE_THRESHOLD) {
      return null;
    }
    try {
      return getBody(ServiceErrorResponse.class);
    } catch (IllegalArgumentException e) {
      return null; // the failing party chose another form
    }
  }

  /** The media type of the body; JSON unless said otherwise. */
  public String getContentType() {
    return contentType == null ? MEDIA_TYPE_APPLICATION_JSON : contentType;
  }

  public Operation setContentType(@Nullable String type) {
    this.contentType = type == null ? null : OperationHeaders.withoutLineBreaks(type);
    this.answerTypeIsOpen = false;
    return this;
  }

  /** Takes over the media type that the request's body came with; it says nothing of the answer. */
  public Operation setRequestContentType(@Nullable String type) {
    setContentType(type);
    this.answerTypeIsOpen = true;
    return this;
  }

  /** The media type of the answer: that which was set for it, or else what the body shows. */
  public String getAnswerContentType() {
    return answerTypeIsOpen ? OperationBody.typeOf(body) : getContentType();
  }

  boolean isJsonContent() {
    return contentType == null || contentType.toLowerCase(Locale.ROOT).contains("json");
  }

  /** Bytes on the wire; 0 if not known. */
  public long getContentLength() {
    return contentLength;
  }

  public Operation setContentLength(long bytes) {
    this.contentLength = bytes;
    return this;
  }

  void setErrorBody(ServiceErrorResponse response) {
    setBodyNoCloning(response);
    setContentType(null);
  }

  /**
   * The state that this operation reads or changes: the runtime's way to give it to the handler.
   */
  public @Nullable ServiceDocument getLinkedState() {
    return linkedState;
  }

  /** Attaches the state; null detaches it. */
  public Operation linkState(@Nullable ServiceDocument state) {
    this.linkedState = state;
    return this;
  }

  // ---- completion

  /** Sets the handler, in place of all handlers set before. */
  public Operation setCompletion(@Nullable CompletionHandler handler) {
    rearm(handler);
    return this;
  }

  /** Sets one handler for success and one for failure. */
  public Operation setCompletion(Consumer<Operation> success, CompletionHandler failure) {
    return setCompletion(
        (op, e) -> {
          if (e != null) {
            failure.handle(op, e);
          } else {
            success.accept(op);
          }
        });
  }

  /** The handler that runs next; null if there is none or it has run. */
  public @Nullable CompletionHandler getCompletion() {
    CompletionHandler present = completion;
    return CompletionChain.isDone(present) ? null : present;
  }

  void rearm(@Nullable CompletionHandler handler) {
    COMPLETION.setVolatile(this, handler);
  }

  /**
   * Puts {@code handler} in front of those set before (last in, first out). The earlier ones run
   * when it calls {@link #complete()} or {@link #fail(Throwable)} on the operation it is given.
   */
  public void nestCompletion(CompletionHandler handler) {
    rearm(CompletionChain.nest(handler, getCompletion()));
  }

  /**
   * As {@link #nestCompletion(CompletionHandler)}, unless this operation has ended meanwhile, by
   * expiring for example.
   *
   * @return false if it has ended: nothing was nested, and what it asks for must not be done any
   *     more
   */
  @SuppressWarnings("ReferenceEquality")
  public boolean tryNestCompletion(CompletionHandler handler) {
    while (true) {
      CompletionHandler present = completion;
      if (present == CompletionChain.DONE) {
        return false;
      }
      if (COMPLETION.compareAndSet(this, present, CompletionChain.nest(handler, present))) {
        return true;
      }
    }
  }

  /**
   * Says that the outcome is with the log from now on: who gives up waiting cannot know it.
   *
   * @return false if somebody has given up already and was told that nothing was done
   */
  public boolean tryCommit() {
    return STAGE.compareAndSet(this, Stage.OPEN, Stage.COMMITTING)
        || stage == Stage.COMMITTING
        || stage == Stage.OVERDUE;
  }

  /**
   * Says that nobody waits any longer.
   *
   * @return false if the update that this asks for may have been stored already
   */
  public boolean tryGiveUp() {
    if (STAGE.compareAndSet(this, Stage.OPEN, Stage.GIVEN_UP)) {
      return true;
    }
    STAGE.compareAndSet(this, Stage.COMMITTING, Stage.OVERDUE);
    return stage == Stage.GIVEN_UP;
  }

  /**
   * Whether nobody waits for the answer any more: its time is over, or the client that sent it has
   * gone. What is not begun by then is not begun; a handler that works for long asks now and then,
   * and fails the operation instead of going on. Copies that the runtime makes on the way know it
   * too.
   */
  public boolean isCancelled() {
    BooleanSupplier gone = abandonment;
    return stage == Stage.GIVEN_UP
        || stage == Stage.OVERDUE
        || (gone != null && gone.getAsBoolean());
  }

  /** Says how to tell that whoever sent this operation from outside has gone. */
  public Operation setAbandonment(@Nullable BooleanSupplier gone) {
    this.abandonment = gone;
    return this;
  }

  /** Ends an operation that nobody waits for and nothing was begun for. */
  public void failCancelled() {
    fail(STATUS_CODE_UNAVAILABLE, new NobodyWaitsException(), null);
  }

  /** As the other form, for success only: a failure goes straight to the earlier handlers. */
  public void nestCompletion(Consumer<Operation> successHandler) {
    rearm(CompletionChain.nestSuccess(successHandler, getCompletion()));
  }

  /** The same as {@link #nestCompletion(CompletionHandler)}, which holds for clones anyway. */
  public void nestCompletionCloneSafe(CompletionHandler handler) {
    nestCompletion(handler);
  }

  /**
   * Puts {@code handler} behind those set before (first in, first out). It runs when they call
   * {@link #complete()} or {@link #fail(Throwable)} on the operation they are given.
   */
  public void appendCompletion(CompletionHandler handler) {
    rearm(CompletionChain.append(getCompletion(), handler));
  }

  /** Ends this operation: runs the completion handler with whatever status and body are set. */
  public void complete() {
    runCompletion(null);
  }

  /** Fails this operation; status and error body follow from {@code failure}. */
  public void fail(Throwable failure) {
    fail(failure, null);
  }

  /** As {@link #fail(Throwable)}, with a body of one's own. */
  public void fail(Throwable failure, @Nullable Object failureBody) {
    Throwable cause = OperationFailure.unwrap(failure);
    OperationFailure.apply(this, cause, failureBody);
    runCompletion(cause);
  }

  /** Fails this operation with {@code status}. */
  public void fail(int status) {
    fail(status, new IllegalStateException("Request failed with status " + status), null);
  }

  /** Fails this operation with {@code status}; {@code failureBody} null means the standard body. */
  public void fail(int status, Throwable failure, @Nullable Object failureBody) {
    Throwable cause = OperationFailure.unwrap(failure);
    this.statusCode = Math.max(status, STATUS_CODE_FAILURE_THRESHOLD);
    Object answer = failureBody;
    if (answer == null && !(body instanceof ServiceErrorResponse)) {
      answer = OperationFailure.toResponse(this, cause);
    }
    OperationFailure.apply(this, cause, answer);
    runCompletion(cause);
  }

  private void runCompletion(@Nullable Throwable failure) {
    CompletionHandler handler =
        (CompletionHandler) COMPLETION.getAndSet(this, CompletionChain.DONE);
    if (CompletionChain.isDone(handler)) {
      if (isCancelled()) {
        LOGGER.debug("Nobody waits any more for the outcome of {}", this, failure);
      } else {
        LOGGER.warn("Completed twice, the second time is ignored: {}", this, failure);
      }
      return;
    }
    if (handler == null) {
      return;
    }
    OperationContext before = OperationContext.getOperationContext();
    OperationContext.restoreOperationContext(context);
    try {
      handler.handle(this, failure);
    } catch (RuntimeException e) {
      // The caller of complete() is not the one to blame, and has its own work to finish.
      LOGGER.error("Completion handler threw: {}", this, e);
    } finally {
      OperationContext.restoreOperationContext(before);
    }
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

  /** 404 with an error code that says more. */
  public static void failServiceNotFound(Operation op, int errorCode) {
    String link = op.hasUri() ? op.getUri().getPath() : "";
    fail(op, STATUS_CODE_NOT_FOUND, errorCode, new ServiceNotFoundException(link));
  }

  /** 503: a limit was reached, try again in a second. */
  public static void failLimitExceeded(Operation op, int errorCode, String details) {
    op.addResponseHeader(RETRY_AFTER_HEADER, "1");
    String message = "Limit exceeded: " + details;
    fail(op, STATUS_CODE_UNAVAILABLE, errorCode, new IllegalStateException(message));
  }

  /** Fails {@code op} as the node failed to which it was forwarded. */
  public static void failForwardedRequest(Operation op, Operation forwarded, Throwable failure) {
    op.setStatusCode(forwarded.getStatusCode());
    op.transferResponseHeadersFrom(forwarded);
    op.setContentType(forwarded.contentType);
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

  // ---- headers

  /** The request's headers, lower-case names; changes to the map change the request. */
  public Map<String, String> getRequestHeaders() {
    return requestHeaders().values();
  }

  public @Nullable String getRequestHeader(String name) {
    return requestHeaders == null ? null : requestHeaders.get(name);
  }

  /** As {@link #getRequestHeader} for a name known to be lower case. */
  public @Nullable String getRequestHeaderAsIs(String name) {
    return requestHeaders == null ? null : requestHeaders.getAsIs(name);
  }

  /** Sets a header; the name is lower-cased, line breaks are stripped. */
  public Operation addRequestHeader(String name, String value) {
    requestHeaders().put(name, value);
    return this;
  }

  /** Sets a header from a line {@code name: value}. */
  public Operation addRequestHeader(String line) {
    requestHeaders().putLine(line);
    return this;
  }

  /** As {@link #addRequestHeader(String, String)} for a name known to be lower case. */
  public Operation addRequestHeaderAsIs(String name, String value) {
    requestHeaders().putAsIs(name, value);
    return this;
  }

  public @Nullable String removeRequestHeader(String name) {
    return requestHeaders == null ? null : requestHeaders.remove(name);
  }

  public boolean hasRequestHeaders() {
    return requestHeaders != null && !requestHeaders.values().isEmpty();
  }

  /** The response's headers, lower-case names; changes to the map change the response. */
  public Map<String, String> getResponseHeaders() {
    return responseHeaders().values();
  }

  public @Nullable String getResponseHeader(String name) {
    return responseHeaders == null ? null : responseHeaders.get(name);
  }

  /** As {@link #getResponseHeader} for a name known to be lower case. */
  public @Nullable String getResponseHeaderAsIs(String name) {
    return responseHeaders == null ? null : responseHeaders.getAsIs(name);
  }

  /** Sets a header; the name is lower-cased, line breaks are stripped. */
  public Operation addResponseHeader(String name, String value) {
    responseHeaders().put(name, value);
    return this;
  }

  /** As {@link #addResponseHeader} for a name known to be lower case. */
  public Operation addResponseHeaderAsIs(String name, String value) {
    responseHeaders().putAsIs(name, value);
    return this;
  }

  public @Nullable String removeResponseHeader(String name) {
    return responseHeaders == null ? null : responseHeaders.remove(name);
  }

  public boolean hasResponseHeaders() {
    return responseHeaders != null && !responseHeaders.values().isEmpty();
  }

  /** Adds {@code other}'s request headers to those of this. */
  public Operation transferRequestHeadersFrom(Operation other) {
    if (other.requestHeaders != null) {
      requestHeaders().putAll(other.requestHeaders);
    }
    return this;
  }

  /** Adds {@code other}'s response headers, and the cookies it sets, to those of this. */
  public Operation transferResponseHeadersFrom(Operation other) {
    if (other.responseHeaders != null) {
      responseHeaders().putAll(other.responseHeaders);
    }
    other.getResponseCookies().forEach(cookie -> responseCookies().add(cookie));
    return this;
  }

  /** Adds {@code other}'s response headers to the request headers of this. */
  public Operation transferResponseHeadersToRequestHeadersFrom(Operation other) {
    if (other.responseHeaders != null) {
      requestHeaders().putAll(other.responseHeaders);
    }
    return this;
  }

  public Operation transferRefererFrom(Operation other) {
    this.referer = other.referer;
    return this;
  }

  private OperationHeaders requestHeaders() {
    OperationHeaders present = requestHeaders;
    if (present == null) {
      present = new OperationHeaders();
      requestHeaders = present;
    }
    return present;
  }

  private OperationHeaders responseHeaders() {
    OperationHeaders present = responseHeaders;
    if (present == null) {
      present = new OperationHeaders();
      responseHeaders = present;
    }
    return present;
  }

  private OperationExtras extras() {
    OperationExtras present = extras;
    if (present == null) {
      present = new OperationExtras();
      extras = present;
    }
    return present;
  }

  /** The cookies of the request, name to value; null if there are none. */
  public @Nullable Map<String, String> getCookies() {
    return extras == null ? null : extras.cookies;
  }

  public Operation setCookies(@Nullable Map<String, String> cookies) {
    extras().cookies = cookies == null ? null : new HashMap<>(cookies);
    return this;
  }

  /** Asks the client to keep a cookie; {@code value} may carry attributes after a semicolon. */
  public Operation addResponseCookie(String name, String value) {
    responseCookies().add(OperationHeaders.withoutLineBreaks(name + "=" + value));
    return this;
  }

  /** The {@code set-cookie} values of the response, in the order added. */
  public List<String> getResponseCookies() {
    return extras == null || extras.responseCookies == null
        ? List.of()
        : List.copyOf(extras.responseCookies);
  }

  private List<String> responseCookies() {
    OperationExtras holder = extras();
    List<String> present = holder.responseCookies;
    if (present == null) {
      present = new ArrayList<>(2);
      holder.responseCookies = present;
    }
    return present;
  }

  // ---- pragmas

  /** Adds a directive to the pragma header unless it is there. */
  public Operation addPragmaDirective(String directive) {
    requestHeaders().addDirective(directive);
    return this;
  }

  public boolean hasPragmaDirective(String directive) {
    return requestHeaders != null
        && OperationHeaders.hasDirective(requestHeaders.getAsIs(PRAGMA_HEADER), directive);
  }

  public boolean hasAnyPragmaDirective(String... directives) {
    for (String directive : directives) {
      if (hasPragmaDirective(directive)) {
        return true;
      }
    }
    return false;
  }

  public Operation removePragmaDirective(String directive) {
    if (requestHeaders != null) {
      requestHeaders.removeDirective(directive);
    }
    return this;
  }

  // ---- options

  public boolean hasOption(OperationOption option) {
    return (options & option.bit) != 0;
  }

  public Operation toggleOption(OperationOption option, boolean enable) {
    this.options = enable ? options | option.bit : options & ~option.bit;
    return this;
  }

  /** A copy of the options. */
  public EnumSet<OperationOption> getOptions() {
    EnumSet<OperationOption> set = EnumSet.noneOf(OperationOption.class);
    for (OperationOption option : OperationOption.values()) {
      if (hasOption(option)) {
        set.add(option);
      }
    }
    return set;
  }

  public Operation setConnectionSharing(boolean enable) {
    return toggleOption(OperationOption.CONNECTION_SHARING, enable);
  }

  public boolean isConnectionSharing() {
    return hasOption(OperationOption.CONNECTION_SHARING);
  }

  /** Names the pool of connections to use; null means the default one. */
  public Operation setConnectionTag(@Nullable String tag) {
    extras().connectionTag = tag;
    return this;
  }

  public @Nullable String getConnectionTag() {
    return extras == null ? null : extras.connectionTag;
  }

  public Operation setKeepAlive(boolean enable) {
    return toggleOption(OperationOption.KEEP_ALIVE, enable);
  }

  public boolean isKeepAlive() {
    return hasOption(OperationOption.KEEP_ALIVE);
  }

  /** Sends this through the network even if the target is in this process. */
  public Operation forceRemote() {
    return toggleOption(OperationOption.REMOTE, true);
  }

  public boolean isRemote() {
    return hasOption(OperationOption.REMOTE);
  }

  public Operation disableFailureLogging(boolean disable) {
    return toggleOption(OperationOption.FAILURE_LOGGING_DISABLED, disable);
  }

  public boolean isFailureLoggingDisabled() {
    return hasOption(OperationOption.FAILURE_LOGGING_DISABLED);
  }

  public Operation setReplicationDisabled(boolean disable) {
    return toggleOption(OperationOption.REPLICATION_DISABLED, disable);
  }

  public boolean isReplicationDisabled() {
    return hasOption(OperationOption.REPLICATION_DISABLED);
  }

  public Operation setNotificationDisabled(boolean disable) {
    return toggleOption(OperationOption.NOTIFICATION_DISABLED, disable);
  }

  public boolean isNotificationDisabled() {
    return hasOption(OperationOption.NOTIFICATION_DISABLED);
  }

  public Operation setTargetReplicated(boolean replicated) {
    return toggleOption(OperationOption.REPLICATED_TARGET, replicated);
  }

  public boolean isTargetReplicated() {
    return hasOption(OperationOption.REPLICATED_TARGET);
  }

  public Operation setFromReplication(boolean fromReplication) {
    return toggleOption(OperationOption.REPLICATED, fromReplication);
  }

  public boolean isFromReplication() {
    return hasOption(OperationOption.REPLICATED);
  }

  public boolean isForwarded() {
    return hasOption(OperationOption.FORWARDED) || hasPragmaDirective(PRAGMA_DIRECTIVE_FORWARDED);
  }

  public boolean isForwardingDisabled() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_NO_FORWARDING);
  }

  public boolean isNotification() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_NOTIFICATION);
  }

  /** Whether a publisher says with this that a subscription has ended; means nothing to others. */
  public boolean isEndOfSubscription() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SUBSCRIPTION_ENDED);
  }

  public boolean isSynchronize() {
    return isSynchronizeOwner() || isSynchronizePeer();
  }

  public boolean isSynchronizeOwner() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SYNCH_OWNER);
  }

  public boolean isSynchronizePeer() {
    return hasPragmaDirective(PRAGMA_DIRECTIVE_SYNCH_PEER);
  }

  /** Whether this is the second, committing phase of a replicated update. */
  public boolean isCommit() {
    return REPLICATION_PHASE_COMMIT.equals(getRequestHeaderAsIs(REPLICATION_PHASE_HEADER));
  }

  /** Whether this changes an existing document. */
  public boolean isUpdate() {
    return action == Action.PUT || action == Action.PATCH;
  }

  // ---- transport security

  /** Who the client's certificate says it is; null without client certificate. */
  public @Nullable Principal getPeerPrincipal() {
    return extras == null ? null : extras.peerPrincipal;
  }

  /** The client's certificates, its own first; null without. */
  public X509Certificate @Nullable [] getPeerCertificateChain() {
    X509Certificate[] chain = extras == null ? null : extras.peerCertificateChain;
    return chain == null ? null : chain.clone();
  }

  /** Called by the transport that verified them. */
  public Operation setPeerCertificates(Principal principal, X509Certificate[] chain) {
    extras().peerPrincipal = principal;
    extras().peerCertificateChain = chain.clone();
    return this;
  }

  // ---- server-sent events

  /** Answers with a stream of events: sets the content type and sends status and headers. */
  public void startEventStream() {
    setContentType(MEDIA_TYPE_TEXT_EVENT_STREAM);
    sendHeaders();
  }

  /** Sends status and headers now, ahead of the body. */
  public void sendHeaders() {
    eventSink().sendHeaders(this);
  }

  /** Sends one event of the stream begun by {@link #startEventStream()}. */
  public void sendServerSentEvent(ServerSentEvent event) {
    eventSink().send(event);
  }

  /** Called by the transport, before the handler runs. */
  public Operation setEventStreamSink(EventStreamSink sink) {
    extras().eventSink = sink;
    return this;
  }

  private EventStreamSink eventSink() {
    EventStreamSink sink = extras == null ? null : extras.eventSink;
    if (sink == null) {
      throw new IllegalStateException("this operation's transport has no event streams");
    }
    return sink;
  }

  /** On the sending side: runs when status and headers of the answer have arrived. */
  public Operation setHeadersReceivedHandler(@Nullable Consumer<Operation> handler) {
    extras().headersReceivedHandler = handler;
    return this;
  }

  public @Nullable Consumer<Operation> getHeadersReceivedHandler() {
    return extras == null ? null : extras.headersReceivedHandler;
  }

  /** Runs {@code handler} before the one already set. */
  public Operation nestHeadersReceivedHandler(Consumer<Operation> handler) {
    Consumer<Operation> present = getHeadersReceivedHandler();
    return setHeadersReceivedHandler(present == null ? handler : handler.andThen(present));
  }

  /** On the sending side: runs for each event that arrives. */
  public Operation setServerSentEventHandler(@Nullable Consumer<ServerSentEvent> handler) {
    extras().eventHandler = handler;
    return this;
  }

  public @Nullable Consumer<ServerSentEvent> getServerSentEventHandler() {
    return extras == null ? null : extras.eventHandler;
  }

  /** Runs {@code handler} before the one already set. */
  public Operation nestServerSentEventHandler(Consumer<ServerSentEvent> handler) {
    Consumer<ServerSentEvent> present = getServerSentEventHandler();
    return setServerSentEventHandler(present == null ? handler : handler.andThen(present));
  }

  // ---- logging

  /** Verb, target, status, id: never the body, which may hold secrets. */
  @Override
  public String toString() {
    return action + " " + uri + " " + statusCode + " [id=" + id + "]";
  }

  /** As {@link #toString()} with referer, correlation id and options. */
  public String toLogString() {
    return this
        + " referer="
        + referer
        + " contextId="
        + getContextId()
        + " expiration="
        + expirationMicrosUtc
        + " options="
        + getOptions();
  }
}
