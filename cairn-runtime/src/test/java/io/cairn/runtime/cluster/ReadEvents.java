// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.cluster;

import io.cairn.document.DocumentJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** A client that watches an event stream until it is closed. */
final class ReadEvents implements AutoCloseable {

  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final InputStream body;

  /** One event; the name "end" without data stands for the end of the stream. */
  record Event(String name, String id, String data) {
    JsonNode json() {
      return DocumentJson.standard().readTree(data);
    }
  }

  ReadEvents(URI uri) throws Exception {
    HttpResponse<InputStream> response =
        client.send(
            HttpRequest.newBuilder(uri).header("accept", "text/event-stream").build(),
            BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      throw new IOException("status " + response.statusCode());
    }
    body = response.body();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    Map<String, String> fields = new java.util.HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(':');
        if (line.isEmpty() && fields.containsKey("data")) {
          events.add(new Event(fields.get("event"), fields.get("id"), fields.get("data")));
          fields.clear();
        } else if (colon > 0) {
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException e) {
      // The test has closed it, or the host has stopped.
    }
    events.add(new Event("end", "", ""));
  }

  /** The next event. */
  Event next() throws InterruptedException {
    Event next = events.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no event came");
    }
    return next;
  }

  /** The next event of a kind; others before it are passed over. */
  Event next(Predicate<Event> kind) throws InterruptedException {
    List<Event> others = new ArrayList<>();
    for (Event event = next(); ; event = next()) {
      if (kind.test(event)) {
        return event;
      }
      others.add(event);
      if (event.name().equals("end")) {
        throw new AssertionError("only " + others);
      }
    }
  }

  @Override
  public void close() throws IOException {
    body.close();
    client.shutdownNow();
  }
}
