// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.document.DocumentKinds;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.RouteParameter;
import io.cairn.service.Endpoint;
import io.cairn.service.Operation;
import io.cairn.service.Request;
import io.cairn.service.Service.Action;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService.RoutedState;
import io.cairn.service.failure.Refusal;
import io.cairn.service.http.MediaTypes;
import io.cairn.service.http.OperationVocabulary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One verb at one path: the record of its parameters, the body that it takes, its handler, and the
 * forms that its answer has.
 *
 * <pre>{@code
 * record Page(String customer, @DefaultValue("20") int limit, Optional<LocalDate> since) {}
 *
 * get("/{customer}", Page.class)
 *     .to((request, page) -> orders.of(page.customer(), page.limit()))
 *     .as("text/csv", found -> csv(found));
 *
 * post("/{customer}", Customer.class)
 *     .takes(NewOrder.class)
 *     .to((request, customer, order) -> {
 *       Order placed = orders.place(customer.customer(), order);
 *       request.created("/orders/" + customer.customer() + "/" + placed.number());
 *       return placed;
 *     });
 * }</pre>
 *
 * <p>Components of the record that the template names are the variables of the path; the others are
 * parameters of the query: required, unless they are an {@code Optional}, a {@code List}, {@code
 * Nullable} or have a {@link DefaultValue}. Not thread-safe until its {@link Routes} are started,
 * immutable afterwards.
 *
 * @param <A> what the handler returns
 */
public final class Route<A> {

  private static final int NOT_ACCEPTABLE = 406;

  /** Stands for the parameters of a route that declares none. */
  public record NoParameters() {}

  /** Answers a request. Runs on a virtual thread, may block, and runs at the same time. */
  @FunctionalInterface
  public interface Handler<P, A> {
    /**
     * Returns the answer; null answers 204. What it throws refuses the request: {@link
     * IllegalArgumentException} with 400, {@link Refusal} with its status, others with 500.
     */
    A handle(Request request, P parameters) throws Exception;
  }

  /** Answers a request with a body. Runs on a virtual thread, may block. */
  @FunctionalInterface
  public interface BodyHandler<P, B, A> {
    /** As {@link Handler#handle}. */
    A handle(Request request, P parameters, B body) throws Exception;
  }

  /** A route without its handler. */
  public static class Start<P> {
    final Action action;
    final PathPattern pattern;
    final @Nullable RouteParameters<P> parameters;
    private final P none;

    private Start(Action action, String template, @Nullable Class<P> type, P none) {
      this.action = action;
      this.pattern = PathPattern.of(template);
      this.parameters = type == null ? null : new RouteParameters<>(type, pattern);
      this.none = none;
      if (type == null && !pattern.variables().isEmpty()) {
        throw new IllegalArgumentException(
            "%s has the variable %s: declare it in a record, %s(\"%s\", TheRecord.class)"
                .formatted(
                    template,
                    pattern.variables().getFirst(),
                    action.name().toLowerCase(Locale.ROOT),
                    template));
      }
    }

    final P bind(Call call) throws Exception {
      return parameters == null
          ? none
          : parameters.bind(call.path(), call.op().getUri().getRawQuery());
    }

    /** Says who answers. */
    public final <A> Route<A> to(Handler<P, A> handler) {
      return new Route<>(
          this, RouteBody.none(), call -> handler.handle(call.request(), bind(call)));
    }

    /**
     * Says that the path is below a document, whose state the handler is given.
     *
     * @param state the record or class of the documents
     */
    public <S> DocumentRoute.Start<S, P> of(Class<S> state) {
      return new DocumentRoute.Start<>(this, state);
    }
  }

  /** A route of a verb that may have a body, without its handler. */
  public static final class OpenStart<P> extends Start<P> {
    private OpenStart(Action action, String template, @Nullable Class<P> type, P none) {
      super(action, template, type, none);
    }

    /**
     * Says what the body is.
     *
     * @param type {@code String} for text, {@code byte[]} for bytes as they are, {@code
     *     InputStream} for a body of any length that is read as it arrives, {@link Multipart} for
     *     the parts of an upload, anything else for a value in JSON
     * @param mediaTypes the types or ranges ({@code text/*}) that it may come as, in place of the
     *     usual ones of the class; others are refused with 415
     */
    public <B> WithBody<P, B> takes(Class<B> type, String... mediaTypes) {
      return new WithBody<>(this, RouteBody.of(type, List.of(mediaTypes)));
    }

    @Override
    public <S> DocumentRoute.OpenStart<S, P> of(Class<S> state) {
      return new DocumentRoute.OpenStart<>(this, state);
    }
  }

  /** A route that takes a body, without its handler. */
  public static final class WithBody<P, B> {
    private final Start<P> start;
    private final RouteBody<B> body;

    WithBody(Start<P> start, RouteBody<B> body) {
      this.start = start;
      this.body = body;
    }

    /** Says who answers. */
    public <A> Route<A> to(BodyHandler<P, B, A> handler) {
      return new Route<>(
          start,
          body,
          call -> handler.handle(call.request(), start.bind(call), body.read(call.request())));
    }
  }

  /**
   * A request on its way to a handler.
   *
   * @param path the decoded segments behind the base path
   * @param state the document that the path is below; null if it is below none
   */
  record Call(ServiceHost host, Operation op, List<String> path, @Nullable RoutedState state) {
    Request request() {
      return Request.of(host, op);
    }
  }

  /** Makes the parameters and the body, and runs the handler. */
  @FunctionalInterface
  interface Step<A> {
    A run(Call call) throws Exception;
  }

  private final Start<?> start;
  private final RouteBody<?> body;
  private final Step<A> step;
  private final Map<String, Function<? super A, ?>> forms = new LinkedHashMap<>();
  private final Map<Integer, Class<?>> answers = new TreeMap<>();
  private @Nullable String description;

  Route(Start<?> start, RouteBody<?> body, Step<A> step) {
    this.start = start;
    this.body = body;
    this.step = step;
  }

  /** A GET without parameters. */
  public static Start<NoParameters> get(String template) {
    return new Start<>(Action.GET, template, null, new NoParameters());
  }

  /** A GET with the parameters that a record declares. */
  public static <P> Start<P> get(String template, Class<P> parameters) {
    return start(Action.GET, template, parameters);
  }

  /** A DELETE without parameters. */
  public static Start<NoParameters> delete(String template) {
    return new Start<>(Action.DELETE, template, null, new NoParameters());
  }

  /** A DELETE with the parameters that a record declares. */
  public static <P> Start<P> delete(String template, Class<P> parameters) {
    return start(Action.DELETE, template, parameters);
  }

  /** A POST without parameters. */
  public static OpenStart<NoParameters> post(String template) {
    return new OpenStart<>(Action.POST, template, null, new NoParameters());
  }

  /** A POST with the parameters that a record declares. */
  public static <P> OpenStart<P> post(String template, Class<P> parameters) {
    return openStart(Action.POST, template, parameters);
  }

  /** A PUT without parameters. */
  public static OpenStart<NoParameters> put(String template) {
    return new OpenStart<>(Action.PUT, template, null, new NoParameters());
  }

  /** A PUT with the parameters that a record declares. */
  public static <P> OpenStart<P> put(String template, Class<P> parameters) {
    return openStart(Action.PUT, template, parameters);
  }

  /** A PATCH without parameters. */
  public static OpenStart<NoParameters> patch(String template) {
    return new OpenStart<>(Action.PATCH, template, null, new NoParameters());
  }

  /** A PATCH with the parameters that a record declares. */
  public static <P> OpenStart<P> patch(String template, Class<P> parameters) {
    return openStart(Action.PATCH, template, parameters);
  }

  @SuppressWarnings("NullAway") // `none` is never read where there is a record
  private static <P> Start<P> start(Action action, String template, Class<P> type) {
    return new Start<>(action, template, type, null);
  }

  @SuppressWarnings("NullAway") // `none` is never read where there is a record
  private static <P> OpenStart<P> openStart(Action action, String template, Class<P> type) {
    return new OpenStart<>(action, template, type, null);
  }

  /**
   * Offers the answer in a further form. Without any, it has the form of its value: text is {@code
   * text/plain}, bytes are {@code application/octet-stream}, anything else is JSON. With some, JSON
   * comes first and what a request accepts decides; what accepts none is refused with 406.
   *
   * @param mediaType the whole content type, such as {@code text/csv; charset=utf-8}
   * @param form makes text or bytes of what the handler has returned; runs after the handler
   */
  public Route<A> as(String mediaType, Function<? super A, ?> form) {
    if (forms.isEmpty()) {
      forms.put(OperationVocabulary.MEDIA_TYPE_APPLICATION_JSON, value -> value);
    }
    if (!mediaType.contains("/") || forms.put(mediaType, form) != null) {
      throw new IllegalArgumentException(
          "%s: '%s' is no media type, or is offered twice".formatted(this, mediaType));
    }
    return this;
  }

  /** Says in the description what the answer is, beside the standard errors. */
  public Route<A> answers(Class<?> type) {
    return answers(OperationVocabulary.STATUS_CODE_OK, type);
  }

  /** As the other form, of another status. */
  public Route<A> answers(int status, Class<?> type) {
    answers.put(status, type);
    return this;
  }

  /** Says in the description what the route is for. */
  public Route<A> describedAs(String sentence) {
    this.description = sentence;
    return this;
  }

  Action action() {
    return start.action;
  }

  PathPattern pattern() {
    return start.pattern;
  }

  RouteBody<?> body() {
    return body;
  }

  /**
   * Completes an operation with what the handler returns in the form that the client accepts, or
   * refuses it.
   */
  void answer(Operation op, Call call) {
    if (!body.takes(op)) {
      String taken = String.join(", ", body.mediaTypes());
      op.addResponseHeader(Operation.ACCEPT_HEADER, taken);
      op.fail(
          new Refusal(
              Operation.STATUS_CODE_UNSUPPORTED_MEDIA_TYPE,
              "The body is %s; %s %s takes %s"
                  .formatted(op.getContentType(), op.getAction(), op.getUri().getPath(), taken)));
      return;
    }
    List<String> offers = List.copyOf(forms.keySet());
    String offer = null;
    if (!offers.isEmpty()) {
      offer = MediaTypes.choose(op.getRequestHeader(Operation.ACCEPT_HEADER), offers).orElse(null);
      op.addResponseHeader("vary", Operation.ACCEPT_HEADER);
      if (offer == null) {
        op.fail(
            new Refusal(NOT_ACCEPTABLE, "The answer can be had as " + String.join(", ", offers)));
        return;
      }
    }
    String chosen = offer;
    Endpoint.answer(op, chosen, () -> valueOf(call, chosen));
  }

  private @Nullable Object valueOf(Call call, @Nullable String offer) throws Exception {
    A value = step.run(call);
    Function<? super A, ?> form = offer == null ? null : forms.get(offer);
    Object answer = form == null || value == null ? value : form.apply(value);
    RoutedState state = call.state();
    return state == null ? answer : state.answer(answer);
  }

  ServiceDocumentDescription.Route description() {
    ServiceDocumentDescription.Route described = new ServiceDocumentDescription.Route();
    described.action = action().name();
    described.path = pattern().text();
    described.description = description;
    described.requestType = body.kind();
    described.requestClass = body.type();
    described.responseClass = answers.get(OperationVocabulary.STATUS_CODE_OK);
    described.responseType = kindOf(described.responseClass);
    described.parameters = describedParameters();
    return described;
  }

  private List<RouteParameter> describedParameters() {
    List<RouteParameter> all = new ArrayList<>();
    if (start.parameters != null) {
      all.addAll(start.parameters.description());
    }
    body.mediaTypes().forEach(type -> all.add(parameter("BODY", type, body.type())));
    forms.keySet().forEach(type -> all.add(parameter("RESPONSE", type, null)));
    answers.forEach(
        (status, type) -> all.add(parameter("RESPONSE", Integer.toString(status), type)));
    return all;
  }

  private static @Nullable String kindOf(@Nullable Class<?> type) {
    return type == null ? null : DocumentKinds.shared().kindOf(type);
  }

  private static RouteParameter parameter(String place, String name, @Nullable Class<?> type) {
    RouteParameter described = new RouteParameter();
    described.paramDef = place;
    described.name = name;
    described.type = kindOf(type);
    described.javaType = type;
    return described;
  }

  @Override
  public String toString() {
    return action() + " " + (pattern().text().isEmpty() ? "/" : pattern().text());
  }
}
