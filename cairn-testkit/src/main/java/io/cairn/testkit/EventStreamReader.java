// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.document.DocumentJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Watches an event stream of a host until it is closed. Read by one thread. */
public final class EventStreamReader implements AutoCloseable {

  private static final int OK = 200;

  /** One for all: each has a thread of its own, and each stream a connection anyway. */
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final InputStream body;

  /**
   * One event.
   *
   * @param name what happened; {@link #END} if the stream has ended
   * @param id its id; empty if it has none
   * @param data the payload
   */
  public record Event(String name, String id, String data) {

    /** The name that stands for the end of the stream. */
    public static final String END = "end of stream";

    /** The payload as JSON. */
    public JsonNode json() {
      return DocumentJson.standard().readTree(data);
    }
  }

  private EventStreamReader(URI uri, @Nullable String query, String lastEventId, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("accept", "text/event-stream");
    if (query != null) {
      request.header("content-type", "application/json").POST(BodyPublishers.ofString(query));
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!lastEventId.isEmpty()) {
      request.header("last-event-id", lastEventId);
    }
    HttpResponse<InputStream> response = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    body = response.body();
    if (response.statusCode() != OK) {
      close();
      throw new IOException(uri + " answered " + response.statusCode());
    }
    Thread.ofVirtual().name("event-stream-reader").start(this::read);
  }

  /**
   * Begins to watch.
   *
   * @throws UncheckedIOException if there is no such stream
   */
  public static EventStreamReader open(URI uri) {
    return open(uri, "");
  }

  /**
   * As the other form, going on behind an event.
   *
   * @param lastEventId the id of the last event that was read; empty to begin
   */
  public static EventStreamReader open(URI uri, String lastEventId) {
    return open(uri, null, lastEventId);
  }

  /**
   * As the other forms, of what a query in the body of a POST asks for.
   *
   * @param query JSON; null for a GET
   * @param headers further ones, names and values in turns
   */
  public static EventStreamReader open(
      URI uri, @Nullable String query, String lastEventId, String... headers) {
    try {
      return new EventStreamReader(uri, query, lastEventId, headers);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void read() {
    String name = "message";
    String id = "";
    String data = null;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String value = line.substring(line.indexOf(':') + 1).strip();
        if (line.isEmpty()) {
          if (data != null) {
            events.add(new Event(name, id, data));
          }
          name = "message";
          data = null;
        } else if (line.startsWith("event:")) {
          name = value;
        } else if (line.startsWith("id:")) {
          id = value;
        } else if (line.startsWith("data:")) {
          data = data == null ? value : data + "\n" + value;
        }
      }
    } catch (IOException e) {
      // Either side has gone, which the last event says.
    }
    events.add(new Event(Event.END, "", ""));
  }

  /**
   * The next event.
   *
   * @throws AssertionError if none comes in time
   */
  public Event next(Duration limit) {
    return next(limit, event -> true);
  }

  /**
   * The next event of a kind; others before it are passed over.
   *
   * @throws AssertionError if none comes in time, with those that did
   */
  public Event next(Duration limit, Predicate<Event> kind) {
    TestStopwatch waiting = new TestStopwatch();
    List<Event> others = new ArrayList<>();
    try {
      while (true) {
        Event event = events.poll(waiting.left(limit), TimeUnit.NANOSECONDS);
        if (event == null) {
          throw new AssertionError("No such event within " + limit + ", only " + others);
        }
        if (kind.test(event)) {
          return event;
        }
        others.add(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Goes away, as a client that has seen enough. */
  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      // It has ended anyway.
    }
  }
}
