// SPDX-License-Identifier: Apache-2.0
package io.cairn.cli;

import io.cairn.cli.login.SavedTokens;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.JsonNode;

/** Makes one request of options and arguments, sends it and prints what comes back. */
final class RequestCommand {
  private static final String TOKEN_HEADER = "x-xenon-auth-token";

  private final RequestOptions options;
  private final Map<String, String> environment;
  private final StandardStreams streams;

  RequestCommand(RequestOptions options, Map<String, String> environment, StandardStreams streams) {
    this.options = options;
    this.environment = environment;
    this.streams = streams;
  }

  /** A request with the options of the command that is run. */
  static RequestCommand of(
      CommandSpec self, Map<String, String> environment, StandardStreams streams) {
    return new RequestCommand(RequestOptions.of(self, environment), environment, streams);
  }

  /**
   * Runs {@code verb} with what stood beside its options.
   *
   * @return the exit code
   * @throws CommandFailure when there is nothing to print
   */
  int runVerb(String verb, List<String> arguments) {
    FieldArguments parsed = FieldArguments.parse(arguments);
    if (parsed.words().size() != 1) {
      throw CommandFailure.usage(
          parsed.words().isEmpty()
              ? "%s needs a path, such as /core/examples".formatted(verb)
              : "%s takes one path, not %s".formatted(verb, String.join(" and ", parsed.words())));
    }
    if (verb.equals("get") && (!parsed.fields().isEmpty() || options.input().isPresent())) {
      throw CommandFailure.usage("get sends no body; -q NAME=VALUE adds a query parameter");
    }
    Optional<JsonNode> input = options.input().map(file -> InputDocument.read(file, streams.in()));
    JsonNode body = RequestBody.of(input.orElse(null), parsed.fields());
    return run(new RequestDocument(verb.toUpperCase(Locale.ROOT), parsed.words().getFirst(), body));
  }

  /**
   * Runs the request that the input document describes; {@code arguments} are fields of its body.
   *
   * @return the exit code
   * @throws CommandFailure when there is nothing to print
   */
  int runDocument(String file, List<String> arguments) {
    FieldArguments parsed = FieldArguments.parse(arguments);
    if (!parsed.words().isEmpty()) {
      throw CommandFailure.usage("there is no command " + parsed.words().getFirst());
    }
    return run(RequestDocument.from(InputDocument.read(file, streams.in()), parsed.fields()));
  }

  private int run(RequestDocument document) {
    AnswerPrinter.Format format = options.format(streams.outIsTerminal());
    FieldPath selector = options.selector().orElse(null);
    return ask(document, (request, answer) -> printer(format).print(request, answer, selector));
  }

  private AnswerPrinter printer(AnswerPrinter.Format format) {
    return new AnswerPrinter(streams, format, CairnCommand.wantsColours(environment, streams));
  }

  /** Shows an answer in a way of its own; returns the exit code. */
  @FunctionalInterface
  interface Presentation {
    int show(HostAnswer answer);
  }

  /**
   * Sends a request and shows a success in a way of its own, unless options say how; an error as
   * always.
   *
   * @return the exit code
   */
  int run(RequestDocument document, Presentation presentation) {
    return run(document, HostAnswer::isSuccess, presentation);
  }

  /**
   * As the other form.
   *
   * @param shown which answers the presentation is for
   */
  int run(RequestDocument document, Predicate<HostAnswer> shown, Presentation presentation) {
    if (options.input().isPresent()) {
      throw CommandFailure.usage("-i is for get, post, put, patch and delete");
    }
    if (options.hasFormat() || options.selector().isPresent()) {
      return run(document);
    }
    return ask(
        document,
        (request, answer) ->
            shown.test(answer)
                ? presentation.show(answer)
                : printer(options.format(streams.outIsTerminal())).print(request, answer, null));
  }

  private int ask(RequestDocument document, ToIntBiFunction<RestRequest, HostAnswer> then) {
    RestRequest request = request(document);
    if (options.isDryRun()) {
      streams.out().print(Transcript.of(request));
      return ExitCode.OK;
    }
    return then.applyAsInt(request, send(request));
  }

  /**
   * Prints the events of a stream, a line each, until the host ends it.
   *
   * @return the exit code
   */
  int watch(String path) {
    RestRequest request = request(new RequestDocument("GET", path, null));
    RestRequest events = request.with("accept", "text/event-stream");
    if (options.isDryRun()) {
      streams.out().print(Transcript.of(events));
      return ExitCode.OK;
    }
    EventPrinter printer = new EventPrinter(streams.out());
    try (HostConnection connection = connect()) {
      HostAnswer refusal = connection.stream(events, printer::line);
      return refusal == null
          ? ExitCode.UNREACHABLE
          : printer(options.format(streams.outIsTerminal())).print(events, refusal, null);
    }
  }

  /** Sends a request that is one of several; the caller says what came of it. */
  HostAnswer exchange(RequestDocument document) {
    if (options.isDryRun()) {
      throw CommandFailure.usage("each request depends on the last answer: there is no dry run");
    }
    return send(request(document));
  }

  /**
   * As the other form, with a further header. If that proves who sends the request, no token does.
   */
  HostAnswer exchange(RequestDocument document, RestRequest.Header further) {
    RestRequest request = request(document);
    List<RestRequest.Header> headers = new ArrayList<>(request.headers());
    if (further.name().equals("authorization")) {
      headers.removeIf(header -> header.name().equals(TOKEN_HEADER));
    }
    headers.add(further);
    return send(new RestRequest(request.method(), request.uri(), headers, request.body()));
  }

  /** As the other form, for an answer that is not waited for as long as others. */
  HostAnswer exchange(RequestDocument document, Duration most) {
    RestRequest request = request(document);
    try (HostConnection connection = new HostConnection(shorter(most), trust())) {
      return connection.send(request);
    }
  }

  /** Reads what is at a URL that a host has told, and sends it nothing that proves who asks. */
  HostAnswer look(URI told, Duration most) {
    try (HostConnection connection = new HostConnection(shorter(most), trust())) {
      return connection.send(new RestRequest("GET", told, headers(false), null));
    }
  }

  private Duration shorter(Duration most) {
    return options.timeout().compareTo(most) < 0 ? options.timeout() : most;
  }

  /**
   * Prints a document in the form that options ask for.
   *
   * @return whether they ask for any
   */
  boolean printAsAsked(JsonNode document) {
    if (!options.hasFormat()) {
      return false;
    }
    AnswerPrinter printer = printer(options.format(streams.outIsTerminal()));
    streams.out().println(printer.written(document));
    return true;
  }

  /** The host that is asked. */
  URI host() {
    return RequestTarget.of(options.host(), "/", List.of());
  }

  /**
   * Makes sure that no option is given that a command of many requests has no use for.
   *
   * @throws CommandFailure with usage if one is
   */
  RequestCommand forMany() {
    if (options.input().isPresent()
        || options.hasFormat()
        || options.selector().isPresent()
        || options.trace().isPresent()
        || options.isDryRun()) {
      throw CommandFailure.usage("-i, -o, -s, -t and -x are for get, post, put, patch and delete");
    }
    return this;
  }

  /** A connection for several requests. */
  HostConnection connect() {
    return new HostConnection(options.timeout(), trust());
  }

  /**
   * A request whose body is sent beside it.
   *
   * @param parameters further query parameters, each {@code name=value}; the values are data
   * @param mediaType of the body; null for none
   */
  RestRequest request(
      String method, String path, List<String> parameters, @Nullable String mediaType) {
    List<String> all = new ArrayList<>(parameters);
    all.addAll(options.query());
    RestRequest request = request(method, RequestTarget.of(options.host(), path, all), null);
    return mediaType == null ? request : request.with("content-type", mediaType);
  }

  private RestRequest request(RequestDocument document) {
    URI target = RequestTarget.of(options.host(), document.path(), options.query());
    return request(document.action(), target, document.body());
  }

  private RestRequest request(String method, URI target, @Nullable JsonNode body) {
    List<RestRequest.Header> headers = headers(body != null);
    token(target).ifPresent(token -> headers.add(new RestRequest.Header(TOKEN_HEADER, token)));
    return new RestRequest(method, target, headers, body == null ? null : body.toString());
  }

  /**
   * The environment's token is for the environment's host, not for any URL that is typed; that of a
   * login is for the host that gave it.
   */
  private Optional<String> token(URI target) {
    URI host = host();
    boolean sameHost =
        host.getScheme().equals(target.getScheme())
            && host.getAuthority().equals(target.getAuthority());
    return options
        .token()
        .or(() -> sameHost ? options.environmentToken() : Optional.empty())
        .or(() -> SavedTokens.of(environment).find(target).map(SavedTokens.Login::token));
  }

  private List<RestRequest.Header> headers(boolean hasBody) {
    List<RestRequest.Header> given =
        options.headers().stream().map(RestRequest.Header::parse).toList();
    List<RestRequest.Header> headers = new ArrayList<>();
    addDefault(headers, given, "accept", "application/json, */*;q=0.5");
    addDefault(headers, given, "user-agent", "cairn");
    if (hasBody) {
      addDefault(headers, given, "content-type", "application/json");
    }
    if (!options.pragmas().isEmpty()) {
      headers.add(new RestRequest.Header("pragma", String.join(";", options.pragmas())));
    }
    headers.addAll(given);
    return headers;
  }

  private static void addDefault(
      List<RestRequest.Header> headers, List<RestRequest.Header> given, String name, String value) {
    if (given.stream().noneMatch(header -> header.name().equalsIgnoreCase(name))) {
      headers.add(new RestRequest.Header(name, value));
    }
  }

  private HostAnswer send(RestRequest request) {
    SSLContext trust = trust();
    try (PrintStream trace = openTrace();
        HostConnection connection = new HostConnection(options.timeout(), trust)) {
      write(trace, Transcript.of(request));
      try {
        HostAnswer answer = connection.send(request);
        write(trace, "\n" + Transcript.of(answer));
        return answer;
      } catch (CommandFailure failure) {
        write(trace, "\n" + failure.reason() + "\n");
        throw failure;
      }
    }
  }

  private @Nullable SSLContext trust() {
    if (options.isInsecure()) {
      return TrustSettings.everyone();
    }
    return options.certificates().map(TrustSettings::onlyCertificatesIn).orElse(null);
  }

  /** Opened before anything is sent: a request whose trace was asked for does not go without. */
  private @Nullable PrintStream openTrace() {
    String file = options.trace().orElse(null);
    if (file == null) {
      return null;
    }
    if (file.equals("-")) {
      return new PrintStream(new UnclosedStream(streams.err()), true, StandardCharsets.UTF_8);
    }
    try {
      return new PrintStream(Files.newOutputStream(Path.of(file)), true, StandardCharsets.UTF_8);
    } catch (IOException unwritable) {
      throw CommandFailure.usage("cannot write the trace: " + unwritable);
    }
  }

  private static void write(@Nullable PrintStream trace, String text) {
    if (trace != null) {
      trace.print(text);
    }
  }

  /** Standard error outlives the trace. */
  private static final class UnclosedStream extends FilterOutputStream {
    UnclosedStream(PrintStream target) {
      super(target);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
