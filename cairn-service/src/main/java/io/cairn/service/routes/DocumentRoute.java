// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.routes;

import io.cairn.service.Request;
import io.cairn.service.Service.Action;
import io.cairn.service.StatefulService.RoutedState;
import io.cairn.service.http.BodyWriter;
import io.cairn.service.http.EventSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One verb at one path below each document of a service, as {@code /orders/x/statement}. It runs at
 * the document's owner, with the state at hand, and reads or changes the document.
 *
 * <pre>{@code
 * get("/statement", Period.class)
 *     .of(Order.class)
 *     .to((request, order, period) -> Statement.of(order, period.since()))
 *     .as("text/csv", Statement::csv);
 *
 * post("/lines/{n}", LineNumber.class)
 *     .of(Order.class)
 *     .takes(Line.class)
 *     .changing((request, order, at, line) -> order.with(at.n(), line));
 * }</pre>
 *
 * <p>One that reads does not wait for updates and sees the last committed state. One that changes
 * is an update as a PATCH is: in turn with the others, guarded by {@code If-Match}, held against
 * constraints and states, and answered when its version is committed, with the new state. Not
 * thread-safe until its service is started, immutable afterwards.
 *
 * @param <S> the state
 * @param <A> what the answer is made of
 */
public final class DocumentRoute<S, A> {

  /** Answers a request about a document, or makes its next state. */
  @FunctionalInterface
  public interface Handler<S, P, A> {
    /**
     * Returns the answer, or the next state. What it throws refuses the request, and nothing is
     * stored.
     *
     * @param state a copy of the handler's own
     */
    A handle(Request request, S state, P parameters) throws Exception;
  }

  /** As {@link Handler}, of a request with a body. */
  @FunctionalInterface
  public interface BodyHandler<S, P, B, A> {
    /** As {@link Handler#handle}. */
    A handle(Request request, S state, P parameters, B body) throws Exception;
  }

  /**
   * The next state of a document, and an answer other than that.
   *
   * @param answer null answers 204
   */
  public record Changed<S, A>(S next, @Nullable A answer) {}

  /** A route without its handler. */
  public static class Start<S, P> {
    private final Route.Start<P> route;
    private final Class<S> state;

    Start(Route.Start<P> route, Class<S> state) {
      if (route.pattern.segments().isEmpty()) {
        throw new IllegalArgumentException(
            "A route of a document has a path below it: the document itself answers at its link");
      }
      if (route.pattern.segments().size() == 1
          && route.pattern.segments().getFirst() instanceof PathPattern.Variable(var name, var _)) {
        throw new IllegalArgumentException(
            ("%s would not be asked for /stats, /config and the other utilities of a document:"
                    + " begin with a constant, as /items/{%s}")
                .formatted(route.pattern.text(), name));
      }
      this.route = route;
      this.state = state;
    }

    /** Says who answers with what the state shows. */
    public final <A> DocumentRoute<S, A> to(Handler<S, P, A> handler) {
      return reading(RouteBody.none(), (call, p) -> handler.handle(call.request(), state(call), p));
    }

    /** Says who makes the next state, which is the answer too. */
    public final DocumentRoute<S, S> changing(Handler<S, P, S> handler) {
      return changing(
          RouteBody.none(), (call, p) -> handler.handle(call.request(), state(call), p));
    }

    /** Says who makes the next state, and what else to answer with. */
    public final <A> DocumentRoute<S, A> changingAndAnswering(
        Handler<S, P, Changed<S, A>> handler) {
      return answering(
          RouteBody.none(), (call, p) -> handler.handle(call.request(), state(call), p));
    }

    final S state(Route.Call call) {
      return state.cast(document(call).present());
    }

    final <A> DocumentRoute<S, A> reading(RouteBody<?> body, Bound<P, A> handler) {
      return made(body, false, call -> handler.run(call, route.bind(call)));
    }

    final DocumentRoute<S, S> changing(RouteBody<?> body, Bound<P, S> handler) {
      return changed(
          body,
          call -> {
            S next = handler.run(call, route.bind(call));
            return new Changed<>(next, next);
          });
    }

    final <A> DocumentRoute<S, A> answering(RouteBody<?> body, Bound<P, Changed<S, A>> handler) {
      return changed(body, call -> handler.run(call, route.bind(call)));
    }

    @SuppressWarnings("NullAway") // a route may answer with null, as any other
    private <A> DocumentRoute<S, A> changed(RouteBody<?> body, Route.Step<Changed<S, A>> step) {
      if (route.action == Action.GET) {
        throw new IllegalArgumentException(
            "A GET changes nothing: %s must be a POST, PUT, PATCH or DELETE"
                .formatted(route.pattern.text()));
      }
      return made(
          body,
          true,
          call -> {
            Changed<S, A> changed = step.run(call);
            requireValue(changed.answer());
            document(call).change(route.action + " " + route.pattern.text(), changed.next());
            return changed.answer();
          });
    }

    private <A> DocumentRoute<S, A> made(RouteBody<?> body, boolean changes, Route.Step<A> step) {
      return new DocumentRoute<>(new Route<>(route, body, step), state, changes);
    }

    private static RoutedState document(Route.Call call) {
      RoutedState document = call.state();
      if (document == null) {
        throw new IllegalStateException("a route of a document was asked without one");
      }
      return document;
    }

    /** An update is answered when it is committed: nothing of the answer may leave before. */
    private static void requireValue(@Nullable Object answer) {
      if (answer instanceof BodyWriter
          || answer instanceof EventSource
          || answer instanceof Stream<?>) {
        throw new IllegalStateException(
            "A route that changes its document answers with a value, not with a stream");
      }
    }
  }

  /** A handler with its parameters. */
  @FunctionalInterface
  interface Bound<P, A> {
    A run(Route.Call call, P parameters) throws Exception;
  }

  /** A route of a verb that may have a body, without its handler. */
  public static final class OpenStart<S, P> extends Start<S, P> {
    OpenStart(Route.OpenStart<P> route, Class<S> state) {
      super(route, state);
    }

    /**
     * Says what the body is, as {@link Route.OpenStart#takes} does. It is there as a whole when the
     * handler runs, for it has come to the owner.
     */
    public <B> WithBody<S, P, B> takes(Class<B> type, String... mediaTypes) {
      return new WithBody<>(this, RouteBody.of(type, List.of(mediaTypes)));
    }
  }

  /** A route that takes a body, without its handler. */
  public static final class WithBody<S, P, B> {
    private final Start<S, P> start;
    private final RouteBody<B> body;

    private WithBody(Start<S, P> start, RouteBody<B> body) {
      this.start = start;
      this.body = body;
    }

    /** As {@link Start#to}. */
    public <A> DocumentRoute<S, A> to(BodyHandler<S, P, B, A> handler) {
      return start.reading(body, bound(handler));
    }

    /** As {@link Start#changing}. */
    public DocumentRoute<S, S> changing(BodyHandler<S, P, B, S> handler) {
      return start.changing(body, bound(handler));
    }

    /** As {@link Start#changingAndAnswering}. */
    public <A> DocumentRoute<S, A> changingAndAnswering(
        BodyHandler<S, P, B, Changed<S, A>> handler) {
      return start.answering(body, bound(handler));
    }

    private <A> Bound<P, A> bound(BodyHandler<S, P, B, A> handler) {
      return (call, p) ->
          handler.handle(call.request(), start.state(call), p, body.read(call.request()));
    }
  }

  private final Route<A> route;
  private final Class<S> state;
  private final boolean changes;

  private DocumentRoute(Route<A> route, Class<S> state, boolean changes) {
    this.route = route;
    this.state = state;
    this.changes = changes;
  }

  /** Offers the answer in a further form; see {@link Route#as}. */
  public DocumentRoute<S, A> as(String mediaType, Function<? super A, ?> form) {
    var _ = route.as(mediaType, form);
    return this;
  }

  /** Says in the description what the answer is, beside the standard errors. */
  public DocumentRoute<S, A> answers(Class<?> type) {
    var _ = route.answers(type);
    return this;
  }

  /** As the other form, of another status. */
  public DocumentRoute<S, A> answers(int status, Class<?> type) {
    var _ = route.answers(status, type);
    return this;
  }

  /** Says in the description what the route is for. */
  public DocumentRoute<S, A> describedAs(String sentence) {
    var _ = route.describedAs(sentence);
    return this;
  }

  Route<A> route() {
    return route;
  }

  Class<S> state() {
    return state;
  }

  boolean changes() {
    return changes;
  }
}
