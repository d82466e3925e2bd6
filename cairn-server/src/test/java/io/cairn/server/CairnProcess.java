// SPDX-License-Identifier: Apache-2.0
package io.cairn.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server's main class in a process of its own, on this test's class path. */
final class CairnProcess implements AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("listening on (http\\S+)");
  private static final long LIMIT_SECONDS = 60;

  /** Readers block until the process ends, which a shared pool's few threads must not. */
  private static final Executor OWN_THREAD = task -> Thread.ofPlatform().daemon().start(task);

  private final Process process;
  private final StringBuilder out = new StringBuilder();
  private final CompletableFuture<URI> listening = new CompletableFuture<>();
  private final CompletableFuture<String> err;
  private final CompletableFuture<Void> outEnded;

  private CairnProcess(Process process) {
    this.process = process;
    this.err = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), OWN_THREAD);
    this.outEnded = CompletableFuture.runAsync(this::readOut, OWN_THREAD);
  }

  /** Runs {@code cairn} with arguments. */
  static CairnProcess run(String... arguments) throws IOException {
    return run(CairnCommands.class, Map.of(), List.of(), arguments);
  }

  /** Runs a main class with environment variables, options of the JVM and arguments. */
  static CairnProcess run(
      Class<?> main, Map<String, String> environment, List<String> options, String... arguments)
      throws IOException {
    return run(
        main.getName(), System.getProperty("java.class.path"), environment, options, arguments);
  }

  /** Runs a main class of another class path. */
  static CairnProcess run(
      String main,
      String classPath,
      Map<String, String> environment,
      List<String> options,
      String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("CAIRN"));
    builder.environment().putAll(environment);
    return new CairnProcess(builder.start());
  }

  /** Runs {@code cairn start} on a free port. */
  static CairnProcess start(Path sandbox, String... arguments) throws IOException {
    return run(
        Stream.concat(Stream.of("start", "--port=0", "--sandbox=" + sandbox), Stream.of(arguments))
            .toArray(String[]::new));
  }

  /** Says where it listens, if it does not say so itself. */
  void listensAt(int port) {
    listening.complete(URI.create("http://127.0.0.1:" + port));
  }

  /** Where it listens, once it does. */
  URI uri() throws Exception {
    return listening.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Its exit code, once it has ended. */
  int exitCode() throws Exception {
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still runs after " + LIMIT_SECONDS + " s: " + out);
    }
    return process.exitValue();
  }

  /** What it wrote to standard output, once it has ended. */
  String out() throws Exception {
    outEnded.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return out.toString();
  }

  /** What it wrote to standard error, once it has ended. */
  String err() throws Exception {
    return err.get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** What it has written to standard output so far. */
  String outSoFar() {
    synchronized (out) {
      return out.toString();
    }
  }

  /** The processes that it started. */
  List<ProcessHandle> children() {
    return process.toHandle().children().toList();
  }

  /** SIGKILL. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** SIGTERM. */
  void terminate() {
    // Process.destroy would close the streams too.
    process.toHandle().destroy();
  }

  /** One request; an empty body sends none. */
  HttpResponse<String> send(HttpClient client, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri().resolve(path))
            .timeout(Duration.ofSeconds(LIMIT_SECONDS))
            .header("content-type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private void readOut() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        // The JSON encoder escapes slashes.
        line = line.replace("\\/", "/");
        synchronized (out) {
          out.append(line).append('\n');
        }
        Matcher matcher = LISTENING.matcher(line);
        if (matcher.find()) {
          listening.complete(URI.create(matcher.group(1)));
        }
      }
    } catch (IOException killed) {
      out.append(killed);
    }
    listening.completeExceptionally(new AssertionError("ended without listening: " + out));
  }

  private static String text(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException killed) {
      return killed.toString();
    }
  }
}
