// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.ServiceRequestSender;
import io.cairn.service.UriUtils;
import io.cairn.service.state.ServiceStats;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends operations and waits for them, so that a test reads from top to bottom. Thread-safe. */
public class TestRequestSender {

  /** An operation that failed, and why. Immutable. */
  public static final class FailureResponse {
    /** With status and error body. */
    public final Operation op;

    /** What its completion was given. */
    public final Throwable failure;

    private FailureResponse(Operation op, Throwable failure) {
      this.op = op;
      this.failure = failure;
    }
  }

  private record Completed(Operation op, @Nullable Throwable failure) {}

  // Of the process, as Xenon's tests expect it.
  private static volatile @Nullable String authToken;

  private final ServiceRequestSender sender;
  private volatile URI referer = URI.create("http://localhost/test-client");
  private volatile Duration timeout = TestContext.DEFAULT_WAIT;

  /** Creates a sender on top of a host or a service. */
  public TestRequestSender(ServiceRequestSender sender) {
    this.sender = sender;
  }

  /**
   * Has all senders of the process prove by a token whom they send for: operations that say nothing
   * of that themselves go over HTTP, with the token.
   */
  public static void setAuthToken(String token) {
    authToken = token;
  }

  /** Has senders send no token. */
  public static void clearAuthToken() {
    authToken = null;
  }

  /** How long answers are waited for. */
  public Duration getTimeout() {
    return timeout;
  }

  /** Sets how long answers are waited for. */
  public void setTimeout(Duration timeout) {
    this.timeout = timeout;
  }

  /** Who operations come from that do not say. */
  public URI getReferer() {
    return referer;
  }

  /** Sets who operations come from that do not say. */
  public void setReferer(URI referer) {
    this.referer = referer;
  }

  /** Gets a link of the host, which the sender must be, and reads the answer's body. */
  public <T> T sendGetAndWait(String link, Class<T> bodyType) {
    return sendAndWait(Operation.createGet((ServiceHost) sender, link), bodyType);
  }

  /** Gets a URI and reads the answer's body. */
  public <T> T sendGetAndWait(URI uri, Class<T> bodyType) {
    return sendAndWait(Operation.createGet(uri), bodyType);
  }

  /** Gets the statistics of a service of the host, which the sender must be. */
  public ServiceStats sendStatsGetAndWait(String link) {
    return sendStatsGetAndWait(UriUtils.buildUri((ServiceHost) sender, link));
  }

  /** Gets the statistics of a service. */
  public ServiceStats sendStatsGetAndWait(URI service) {
    return sendGetAndWait(UriUtils.buildStatsUri(service), ServiceStats.class);
  }

  /** Posts a body to a link of the host, which the sender must be, and reads the answer's. */
  public <T> T sendPostAndWait(String link, T body, Class<T> bodyType) {
    return sendAndWait(Operation.createPost((ServiceHost) sender, link).setBody(body), bodyType);
  }

  /** Posts a body to a URI and reads the answer's. */
  public <T> T sendPostAndWait(URI uri, T body, Class<T> bodyType) {
    return sendAndWait(Operation.createPost(uri).setBody(body), bodyType);
  }

  /** Sends an operation and waits for its success. */
  public Operation sendAndWait(Operation op) {
    return succeeded(await(op, send(op)));
  }

  /** Sends an operation and reads the answer's body. */
  public <T> T sendAndWait(Operation op, Class<T> bodyType) {
    return sendAndWait(op).getBody(bodyType);
  }

  /** Sends operations all at once and waits for the success of each. */
  public List<Operation> sendAndWait(List<Operation> ops) {
    List<CompletableFuture<Completed>> sent = ops.stream().map(this::send).toList();
    List<Operation> answers = new ArrayList<>(ops.size());
    for (int i = 0; i < sent.size(); i++) {
      answers.add(succeeded(await(ops.get(i), sent.get(i))));
    }
    return answers;
  }

  /** As {@link #sendAndWait(List)}, and reads the answers' bodies. */
  public <T> List<T> sendAndWait(List<Operation> ops, Class<T> bodyType) {
    return sendAndWait(ops).stream().map(op -> op.getBody(bodyType)).toList();
  }

  /** As {@link #sendAndWait(List)}. */
  public List<Operation> sendAndWait(Operation... ops) {
    return sendAndWait(Arrays.asList(ops));
  }

  /** Sends an operation and waits for its failure. */
  public FailureResponse sendAndWaitFailure(Operation op) {
    Completed completed = await(op, send(op));
    if (completed.failure() == null) {
      throw new AssertionError("Expected to fail, but got " + completed.op().getStatusCode());
    }
    return new FailureResponse(completed.op(), completed.failure());
  }

  /** Sends an operation without waiting; its own completion runs first. */
  public void sendRequest(Operation op) {
    sender.sendRequest(prepared(op));
  }

  private CompletableFuture<Completed> send(Operation op) {
    CompletableFuture<Completed> answer = new CompletableFuture<>();
    op.appendCompletion((done, failure) -> answer.complete(new Completed(done, failure)));
    sender.sendRequest(prepared(op));
    return answer;
  }

  private Operation prepared(Operation op) {
    String token = authToken;
    if (token != null
        && op.getAuthorizationContext() == null
        && op.getRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER) == null
        && op.getRequestHeader(Operation.AUTHORIZATION_HEADER) == null) {
      op.addRequestHeader(Operation.REQUEST_AUTH_TOKEN_HEADER, token).forceRemote();
    }
    return op.hasReferer() ? op : op.setReferer(referer);
  }

  private Completed await(Operation op, CompletableFuture<Completed> answer) {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("No answer after " + timeout + " to " + op, e);
    } catch (ExecutionException e) {
      throw new AssertionError("No answer to " + op, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + op, e);
    }
  }

  private static Operation succeeded(Completed completed) {
    if (completed.failure() != null) {
      throw new AssertionError(
          "%s %s failed: %s"
              .formatted(completed.op().getAction(), completed.op().getUri(), completed.failure()),
          completed.failure());
    }
    return completed.op();
  }
}
