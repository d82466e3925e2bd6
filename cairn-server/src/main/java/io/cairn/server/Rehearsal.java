// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import io.cairn.launch.HostLauncher;
import io.cairn.launch.application.DeclaredApplication;
import io.cairn.launch.logging.EventLog;
import io.cairn.launch.settings.HostConfiguration;
import io.cairn.service.ServiceHost;
import io.cairn.service.examples.ExampleApplication;
import io.cairn.service.examples.ExampleService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Starts a host with throw-away data twice, then two more that join it, and has clients create,
 * change, read, list, find and delete documents through all three. The launcher has the JVM watch
 * this: it keeps the classes that are loaded and linked for the next start, and what it has learned
 * about the methods that a host spends its time in, so that it compiles the right ones at once.
 *
 * <p>Wherever the document is that a client asks for: a third of the requests is answered by the
 * host that owns it, the others are forwarded.
 */
public final class Rehearsal {

  private static final int HOSTS = 3;
  private static final int CLIENTS = 8;

  /** Of each client: enough for the compiler to know what matters. */
  private static final int ROUNDS = 1_500;

  /** On a slow or busy machine the rounds end before that: a build should not wait for them. */
  private static final long MOST_SECONDS = 10;

  private static final int DOCUMENTS = 50;

  private Rehearsal() {}

  /** Runs the rehearsal. */
  public static void main(String[] args) throws Exception {
    Path data = Files.createTempDirectory("cairn-rehearsal");
    List<ServiceHost> hosts = new ArrayList<>();
    try {
      playAlone(start(data.resolve("alone"), List.of()));
      playAlone(start(data.resolve("alone"), List.of()));
      ServiceHost first = start(data.resolve("0"), List.of());
      hosts.add(first);
      while (hosts.size() < HOSTS) {
        String peers = "--peerNodes=" + first.getUri();
        hosts.add(start(data.resolve(Integer.toString(hosts.size())), List.of(peers)));
      }
      playAll(hosts);
    } finally {
      hosts.reversed().forEach(ServiceHost::stop);
      delete(data);
    }
    System.exit(0);
  }

  private static ServiceHost start(Path data, List<String> more) throws Exception {
    List<String> settings = new ArrayList<>(List.of("--port=0", "--sandbox=" + data));
    settings.addAll(more);
    HostConfiguration configuration = HostConfiguration.read(settings, new Properties(), Map.of());
    EventLog.write(configuration.logFormat(), configuration.logLevel());
    DeclaredApplication examples = DeclaredApplication.of(List.of(new ExampleApplication()));
    examples.settingsAreRead();
    return HostLauncher.open(configuration, examples);
  }

  /** A few requests, and a stop: what the next start finds on the disk. */
  private static void playAlone(ServiceHost host) throws IOException {
    try (RehearsalClient client = new RehearsalClient(host.getUri())) {
      client.send("POST", ExampleService.FACTORY_LINK, example("documentSelfLink", "alone"));
      client.send("GET", ExampleService.FACTORY_LINK, "");
    } finally {
      host.stop();
    }
  }

  private static void playAll(List<ServiceHost> hosts) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(CLIENTS);
    AtomicBoolean over = new AtomicBoolean();
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    for (int number = 0; number < CLIENTS; number++) {
      String name = "client-" + number;
      ServiceHost host = hosts.get(number % HOSTS);
      Thread.ofPlatform()
          .daemon()
          .name(name)
          .start(
              () -> {
                try (RehearsalClient client = new RehearsalClient(host.getUri())) {
                  play(client, name, over);
                } catch (IOException | RuntimeException e) {
                  failures.add(e);
                } finally {
                  done.countDown();
                }
              });
    }
    boolean _ = done.await(MOST_SECONDS, TimeUnit.SECONDS);
    over.set(true);
    done.await();
    if (!failures.isEmpty()) {
      throw new IllegalStateException("the rehearsal failed", failures.getFirst());
    }
  }

  private static void play(RehearsalClient client, String name, AtomicBoolean over)
      throws IOException {
    String factory = ExampleService.FACTORY_LINK;
    for (int document = 0; document < DOCUMENTS; document++) {
      client.send("POST", factory, example("documentSelfLink", name + "-" + document));
    }
    for (int round = 0; round < ROUNDS && !over.get(); round++) {
      String link = factory + "/" + name + "-" + round % DOCUMENTS;
      client.send("PATCH", link, "{\"name\":\"" + name + "\",\"counter\":" + round + "}");
      client.send("GET", link, "");
      if (round % 3 == 0) {
        client.send("POST", factory, example("id", name + "-" + round));
      }
      if (round % 10 == 0) {
        client.send("GET", factory + "?expand&$limit=10", "");
        client.send("POST", "/core/query-tasks", query(name + "-" + round));
      }
      if (round % 50 == 0) {
        client.send("PUT", link, example("id", name));
        client.send("GET", factory + "?$filter=name%20eq%20%27" + name + "%27&$limit=5", "");
      }
    }
    for (int document = 0; document < DOCUMENTS; document++) {
      client.send("DELETE", factory + "/" + name + "-" + document, "");
    }
  }

  private static String example(String field, String value) {
    return "{\"%s\":\"%s\",\"name\":\"n\"}".formatted(field, value);
  }

  private static String query(String name) {
    return """
    {"taskInfo":{"isDirect":true},"querySpec":{"options":["EXPAND_CONTENT"],
     "query":{"term":{"propertyName":"name","matchValue":"%s"}}}}"""
        .formatted(name);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
