// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceErrorResponse;
import io.cairn.service.HostRuntime.EventStreamSink;
import io.cairn.service.Operation.OperationOption;
import io.cairn.service.http.OperationHeaders;
import io.cairn.service.http.OperationVocabulary;
import io.cairn.service.http.ServerSentEvent;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an operation carries in both directions: bodies, headers, cookies, directives, the status
 * and the options of its way. Not thread-safe, see {@link Operation}.
 */
abstract class OperationMessage implements OperationVocabulary, Cloneable {
  private int statusCode = STATUS_CODE_OK;
  private int options = OperationOption.KEEP_ALIVE.bit();
  private long contentLength;
  private @Nullable Object body;
  private @Nullable Object parsedBody;
  private @Nullable ServiceDocument linkedState;
  private @Nullable String contentType;
  private boolean answerTypeIsOpen;
  private @Nullable OperationHeaders requestHeaders;
  private @Nullable OperationHeaders responseHeaders;
  private @Nullable OperationExtras extras;

  OperationMessage() {}

  /** This object as its one subclass, for calls that chain. */
  abstract Operation self();

  /** What few operations carry, to read only. */
  final OperationExtras presentExtras() {
    return extras == null ? OperationExtras.NONE : extras;
  }

  /**
   * A copy with the same id that completes through the same handler. Bodies are shared, headers and
   * rare attributes are copied.
   */
  @Override
  public Operation clone() {
    try {
      OperationMessage copy = (OperationMessage) super.clone();
      copy.requestHeaders = requestHeaders == null ? null : new OperationHeaders(requestHeaders);
      copy.responseHeaders = responseHeaders == null ? null : new OperationHeaders(responseHeaders);
      copy.extras = extras == null ? null : extras.copy();
      return copy.self();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  public int getStatusCode() {
    return statusCode;
  }

  public Operation setStatusCode(int code) {
    this.statusCode = code;
    return self();
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
    return self();
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
    T parsed = OperationBody.read(self(), present, type);
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
    return self();
  }

  /** Takes over the media type that the request's body came with; it says nothing of the answer. */
  public Operation setRequestContentType(@Nullable String type) {
    setContentType(type);
    this.answerTypeIsOpen = true;
    return self();
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
    return self();
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
    return self();
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
    return self();
  }

  /** Sets a header from a line {@code name: value}. */
  public Operation addRequestHeader(String line) {
    requestHeaders().putLine(line);
    return self();
  }

  /** As {@link #addRequestHeader(String, String)} for a name known to be lower case. */
  public Operation addRequestHeaderAsIs(String name, String value) {
    requestHeaders().putAsIs(name, value);
    return self();
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
    return self();
  }

  /** As {@link #addResponseHeader} for a name known to be lower case. */
  public Operation addResponseHeaderAsIs(String name, String value) {
    responseHeaders().putAsIs(name, value);
    return self();
  }

  public @Nullable String removeResponseHeader(String name) {
    return responseHeaders == null ? null : responseHeaders.remove(name);
  }

  public boolean hasResponseHeaders() {
    return responseHeaders != null && !responseHeaders.values().isEmpty();
  }

  /** Adds {@code other}'s request headers to those of this. */
  public Operation transferRequestHeadersFrom(Operation other) {
    if (other.hasRequestHeaders()) {
      getRequestHeaders().putAll(other.getRequestHeaders());
    }
    return self();
  }

  /** Adds {@code other}'s response headers, and the cookies it sets, to those of this. */
  public Operation transferResponseHeadersFrom(Operation other) {
    if (other.hasResponseHeaders()) {
      getResponseHeaders().putAll(other.getResponseHeaders());
    }
    other.getResponseCookies().forEach(cookie -> responseCookies().add(cookie));
    return self();
  }

  /** Takes over the request headers of another operation as headers of this one's answer. */
  public Operation transferRequestHeadersToResponseHeadersFrom(Operation other) {
    other.getRequestHeaders().forEach(this::addResponseHeader);
    return self();
  }

  /** Adds {@code other}'s response headers to the request headers of this. */
  public Operation transferResponseHeadersToRequestHeadersFrom(Operation other) {
    if (other.hasResponseHeaders()) {
      getRequestHeaders().putAll(other.getResponseHeaders());
    }
    return self();
  }

  private OperationHeaders requestHeaders() {
    if (requestHeaders == null) {
      requestHeaders = new OperationHeaders();
    }
    return requestHeaders;
  }

  private OperationHeaders responseHeaders() {
    if (responseHeaders == null) {
      responseHeaders = new OperationHeaders();
    }
    return responseHeaders;
  }

  final OperationExtras extras() {
    if (extras == null) {
      extras = new OperationExtras();
    }
    return extras;
  }

  /** The cookies of the request, name to value; null if there are none. */
  public @Nullable Map<String, String> getCookies() {
    return presentExtras().cookies;
  }

  public Operation setCookies(@Nullable Map<String, String> cookies) {
    extras().cookies = cookies == null ? null : new HashMap<>(cookies);
    return self();
  }

  /** Asks the client to keep a cookie; {@code value} may carry attributes after a semicolon. */
  public Operation addResponseCookie(String name, String value) {
    responseCookies().add(OperationHeaders.withoutLineBreaks(name + "=" + value));
    return self();
  }

  /** The {@code set-cookie} values of the response, in the order added. */
  public List<String> getResponseCookies() {
    List<String> present = presentExtras().responseCookies;
    return present == null ? List.of() : List.copyOf(present);
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
    return self();
  }

  public boolean hasPragmaDirective(String directive) {
    return requestHeaders != null
        && OperationHeaders.hasDirective(requestHeaders.getAsIs(PRAGMA_HEADER), directive);
  }

  public boolean hasAnyPragmaDirective(List<String> directives) {
    return hasAnyPragmaDirective(directives.toArray(String[]::new));
  }

  /** Whether it has at least one of these. */
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
    return self();
  }

  // ---- options

  public boolean hasOption(OperationOption option) {
    return (options & option.bit()) != 0;
  }

  public Operation toggleOption(OperationOption option, boolean enable) {
    this.options = enable ? options | option.bit() : options & ~option.bit();
    return self();
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

  /** What few operations carry; kept apart so that the many others do not pay for it. */
  static final class OperationExtras implements Cloneable {
    /** Those of operations that carry none of it; never written to. */
    static final OperationExtras NONE = new OperationExtras();

    int retryCount;
    @Nullable String connectionTag;
    @Nullable Map<String, String> cookies;
    @Nullable List<String> responseCookies;
    @Nullable Principal peerPrincipal;
    X509Certificate @Nullable [] peerCertificateChain;
    @Nullable Consumer<Operation> headersReceivedHandler;
    @Nullable Consumer<ServerSentEvent> eventHandler;
    @Nullable EventStreamSink eventSink;

    OperationExtras copy() {
      try {
        OperationExtras copy = (OperationExtras) super.clone();
        copy.cookies = cookies == null ? null : new HashMap<>(cookies);
        copy.responseCookies = responseCookies == null ? null : new ArrayList<>(responseCookies);
        return copy;
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
