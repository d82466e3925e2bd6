// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import static org.awaitility.Awaitility.await;

import io.cairn.cluster.group.partition.Partition;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.runtime.backup.BackupCluster;
import io.cairn.runtime.dispatch.ServiceRegistry;
import io.cairn.runtime.documents.NodeSelectors;
import io.cairn.runtime.maintenance.MaintenanceScheduler;
import io.cairn.runtime.query.QueryEngine;
import io.cairn.service.ServiceHost;
import io.cairn.store.DocumentStore;
import io.cairn.store.index.DocumentVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * A real host on a free port with data in a directory of its own, and an HTTP client to talk to it.
 * It can be stopped and started again over the same data.
 */
public final class HostFixture implements AutoCloseable {

  private final Path sandbox;
  private final Consumer<ServiceHost> services;
  private final HttpClient client = HttpClient.newHttpClient();
  private ServiceHost host;

  /** What the host answered. */
  public record Answer(int status, String body, HttpResponse<String> response) {
    /** The body as a tree. */
    public JsonNode json() {
      return DocumentJson.standard().readTree(body);
    }

    /** The body as an object. */
    public <T> T as(Class<T> type) {
      return DocumentJson.standard().fromJson(body, type);
    }

    /** The body as the result of a query. */
    public ServiceDocumentQueryResult result() {
      return as(ServiceDocumentQueryResult.class);
    }

    /** The message of an error body. */
    public String message() {
      return json().path("message").asString();
    }
  }

  private HostFixture(
      Path sandbox, Consumer<ServiceHost> services, Consumer<ServiceHost.Arguments> settings) {
    this.sandbox = sandbox;
    this.services = services;
    this.host = startHost(settings);
  }

  /**
   * Starts a host with the core services.
   *
   * @param sandbox where its data go
   * @param services starts what the test needs besides; called again at each restart
   */
  public static HostFixture start(Path sandbox, Consumer<ServiceHost> services) {
    return new HostFixture(sandbox, services, arguments -> {});
  }

  /** As the other form, with settings of its own. */
  public static HostFixture start(
      Path sandbox, Consumer<ServiceHost> services, Consumer<ServiceHost.Arguments> settings) {
    return new HostFixture(sandbox, services, settings);
  }

  private ServiceHost startHost(Consumer<ServiceHost.Arguments> settings) {
    ServiceHost.Arguments arguments = new ServiceHost.Arguments();
    arguments.port = 0;
    arguments.sandbox = sandbox;
    arguments.partitions = 2;
    settings.accept(arguments);
    try {
      ServiceHost started = ServiceHost.open(arguments);
      started.startDefaultCoreServicesSynchronously();
      services.accept(started);
      started.startupCompleted();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The host that runs now. */
  public ServiceHost host() {
    return host;
  }

  /** What is started on the host. */
  public ServiceRegistry registry() {
    return parts().services().registry();
  }

  /** The node selectors of the host. */
  public NodeSelectors selectors() {
    return parts().cluster().selectors();
  }

  /** The partitions that the host knows. */
  public List<Partition> partitions() {
    return parts().cluster().documents().partitions();
  }

  /** What runs by the host's clock. */
  public MaintenanceScheduler maintenance() {
    return parts().services().maintenance();
  }

  /** What the host is made of. */
  HostParts parts() {
    return host.unwrap(HostParts.class);
  }

  /** What runs the host's queries. */
  public QueryEngine queries() {
    return parts().queries().engine();
  }

  /** Every version of every document that the host's group holds. */
  public Map<String, List<DocumentVersion>> histories() {
    Map<String, List<DocumentVersion>> all = new TreeMap<>();
    for (DocumentStore store : parts().cluster().documents().asItIs()) {
      store.forEachDocument(versions -> all.put(versions.getFirst().link(), versions));
    }
    return all;
  }

  /** What the host's backups are made of. */
  public BackupCluster backupCluster() {
    return parts().cluster().backups().cluster();
  }

  /** How many queries hold pages on the host. */
  public int pagedQueries() {
    return queries().pagedCount();
  }

  /** How many operations the host has not answered yet. */
  public int operationsInFlight() {
    return parts().services().inFlight().count();
  }

  /** Stops the host and starts another over the same data, on another port. */
  public void restart() {
    restart(arguments -> {});
  }

  /** Restarts with other settings. */
  public void restart(Consumer<ServiceHost.Arguments> settings) {
    host.stop();
    host = startHost(settings);
  }

  /** Waits until the group counts this node as available, which is soon after the start. */
  public HostFixture awaitAvailable() {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                get("/core/node-groups/default")
                    .json()
                    .at("/nodes/" + host.getId() + "/status")
                    .asString()
                    .equals("AVAILABLE"));
    return this;
  }

  /** The URI of a path on the host; the path may have a query, in encoded form. */
  public URI uri(String path) {
    return URI.create(host.getUri() + path);
  }

  /** Encodes the value of a query parameter. */
  public static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, Object body) {
    return send("POST", path, body);
  }

  public Answer patch(String path, Object body) {
    return send("PATCH", path, body);
  }

  public Answer put(String path, Object body) {
    return send("PUT", path, body);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null);
  }

  /**
   * Sends a request.
   *
   * @param body null for none, a string that is JSON already, or an object
   * @param headers names and values in turn
   */
  public Answer send(String method, String path, Object body, String... headers) {
    String json = body instanceof String text ? text : DocumentJson.standard().toJson(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (body != null) {
      request.header("content-type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    host.stop();
    client.close();
  }
}
