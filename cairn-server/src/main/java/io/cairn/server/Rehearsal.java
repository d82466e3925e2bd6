// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.launch.HostLauncher;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.logging.EventLog;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.service.ServiceHost;
import io.cairn.service.examples.ExampleApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Starts a host on a free port with throw-away data, uses it a little and stops it. The launcher
 * has the JVM watch this, and keep the classes that it loads and links for the next start.
 */
public final class Rehearsal {

  private static final int ROUNDS = 200;

  private Rehearsal() {}

  /** Runs the rehearsal. */
  public static void main(String[] args) throws Exception {
    Path data = Files.createTempDirectory("cairn-rehearsal");
    try {
      HostConfiguration configuration =
          HostConfiguration.read(
              List.of("--port=0", "--sandbox=" + data), new Properties(), Map.of());
      EventLog.write(configuration.logFormat(), configuration.logLevel());
      for (int start = 0; start < 2; start++) {
        DeclaredApplication examples = DeclaredApplication.of(List.of(new ExampleApplication()));
        examples.settingsAreRead();
        ServiceHost host = HostLauncher.open(configuration, examples);
        try (HttpClient client = HttpClient.newHttpClient()) {
          use(client, host.getUri() + "/core/examples", "example-" + start);
        } finally {
          host.stop();
        }
      }
    } finally {
      delete(data);
    }
    System.exit(0);
  }

  private static void use(HttpClient client, String factory, String name)
      throws IOException, InterruptedException {
    String link = factory + "/" + name;
    send(client, "POST", factory, "{\"documentSelfLink\":\"" + name + "\",\"name\":\"n\"}");
    for (int round = 0; round < ROUNDS; round++) {
      send(client, "PATCH", link, "{\"name\":\"george\",\"counter\":" + round + "}");
      send(client, "GET", link, "");
    }
    send(client, "GET", factory + "?expand", "");
    send(client, "DELETE", link, "");
  }

  private static void send(HttpClient client, String method, String uri, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri))
            .version(HttpClient.Version.HTTP_1_1)
            .header("content-type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IllegalStateException(method + " " + uri + " answered " + answer.statusCode());
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
