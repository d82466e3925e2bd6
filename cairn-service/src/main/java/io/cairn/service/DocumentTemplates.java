// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentJson;
import io.cairn.document.DocumentKinds;
import io.cairn.document.PropertyAccessor;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.document.ServiceDocumentDescription.PropertyDescription;
import io.cairn.document.ServiceDocumentDescription.RouteParameter;
import io.cairn.document.ServiceDocumentQueryResult;
import io.cairn.service.RequestRouter.Route.RouteDocumentation;
import io.cairn.service.Service.Action;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the documents that show what a service's documents look like: example values and the
 * description of each field. Every call makes new ones, because authors change what they get.
 */
final class DocumentTemplates {
  static final String CHILD_TEMPLATE = "child-template";

  /** What the runtime fills in only where it applies. */
  private static final Set<String> LEFT_EMPTY =
      Set.of(
          ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK,
          ServiceDocument.FIELD_NAME_SOURCE_LINK,
          ServiceDocument.FIELD_NAME_OWNER,
          ServiceDocument.FIELD_NAME_TRANSACTION_ID,
          ServiceDocument.FIELD_NAME_EPOCH,
          ServiceDocument.FIELD_NAME_SIGNATURE,
          ServiceDocument.FIELD_NAME_SCHEMA_VERSION,
          ServiceDocument.FIELD_NAME_KIND);

  private DocumentTemplates() {}

  /**
   * The template of a service's documents.
   *
   * @throws IllegalStateException if the document class has no constructor without arguments
   */
  static ServiceDocument template(Service service) {
    Class<? extends ServiceDocument> type = service.getStateType();
    ServiceDocumentDescription description =
        ServiceDocumentDescription.Builder.create().buildDescription(type, service.getOptions());
    addRoutes(description, service.getOperationProcessingChain());
    addDocumentedHandlers(description, service.getClass());
    if (service instanceof StatefulService stateful && stateful.routes() != null) {
      stateful.routes().describe(description);
    }
    ServiceDocument template = newInstance(type);
    description.propertyDescriptions.forEach((name, property) -> fill(template, name, property));
    template.documentKind = DocumentKinds.shared().kindOf(type);
    template.documentDescription = description;
    return template;
  }

  /**
   * The template of a factory: a listing with the template of one child.
   *
   * @param factory has its link and host
   */
  static ServiceDocumentQueryResult factoryTemplate(FactoryService factory) {
    String link = UriUtils.buildUriPath(factory.getUri().getPath(), CHILD_TEMPLATE);
    ServiceDocument template = newChild(factory).getDocumentTemplate();
    template.documentSelfLink = link;
    ServiceDocumentQueryResult listing = new ServiceDocumentQueryResult();
    listing.documentLinks.add(link);
    Map<String, Object> documents = new HashMap<>();
    documents.put(link, template);
    listing.documents = documents;
    listing.documentKind = DocumentKinds.shared().kindOf(ServiceDocumentQueryResult.class);
    return listing;
  }

  private static Service newChild(FactoryService factory) {
    try {
      Service child = factory.newChild();
      child.setHost(factory.getHost());
      return child;
    } catch (Exception e) {
      throw new IllegalStateException(factory.getSelfLink() + " cannot make a child", e);
    }
  }

  private static void addRoutes(
      ServiceDocumentDescription description, @Nullable OperationProcessingChain chain) {
    RequestRouter router = chain == null ? null : chain.findFilter(RequestRouter.class);
    if (router != null) {
      router
          .getRoutes()
          .forEach(
              (action, routes) ->
                  routes.forEach(
                      route -> description.addRoute(action.name(), route.toDescription())));
    }
  }

  /** What {@link RouteDocumentation} says of the handlers of the verbs. */
  private static void addDocumentedHandlers(
      ServiceDocumentDescription description, Class<?> service) {
    for (Action verb : Action.values()) {
      String name = verb.name();
      String handler = "handle" + name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
      try {
        Method method = service.getMethod(handler, Operation.class);
        for (RouteDocumentation said : method.getAnnotationsByType(RouteDocumentation.class)) {
          if (said.supportLevel() != RequestRouter.Route.SupportLevel.NOT_SUPPORTED) {
            description.addRoute(name, route(said));
          }
        }
      } catch (NoSuchMethodException e) {
        // a verb without a handler of its own has nothing to say
      }
    }
  }

  private static ServiceDocumentDescription.Route route(RouteDocumentation said) {
    ServiceDocumentDescription.Route route = new ServiceDocumentDescription.Route();
    route.path = said.path().isEmpty() ? null : said.path();
    route.description = said.description().isEmpty() ? null : said.description();
    List<RouteParameter> parameters = new ArrayList<>();
    route.parameters = parameters;
    if (said.requestBodyType() != Void.class) {
      route.requestClass = said.requestBodyType();
      route.requestType = Utils.buildKind(said.requestBodyType());
    }
    for (RouteDocumentation.PathParam each : said.pathParams()) {
      parameters.add(
          parameter("PATH", each.name(), each.description(), each.type(), each.required()));
    }
    for (RouteDocumentation.QueryParam each : said.queryParams()) {
      parameters.add(
          parameter("QUERY", each.name(), each.description(), each.type(), each.required()));
    }
    for (String type : said.consumes()) {
      RouteParameter body = parameter("BODY", type, "", route.requestType, true);
      body.javaType = route.requestClass;
      parameters.add(body);
    }
    for (String type : said.produces()) {
      parameters.add(parameter("RESPONSE", type, "", null, false));
    }
    for (RouteDocumentation.ApiResponse each : said.responses()) {
      boolean hasBody = each.response() != Void.class;
      RouteParameter answer =
          parameter(
              "RESPONSE",
              Integer.toString(each.statusCode()),
              each.description(),
              hasBody ? Utils.buildKind(each.response()) : null,
              false);
      answer.javaType = hasBody ? each.response() : null;
      parameters.add(answer);
    }
    return route;
  }

  private static RouteParameter parameter(
      String place, String name, String text, @Nullable String type, boolean required) {
    RouteParameter parameter = new RouteParameter();
    parameter.paramDef = place;
    parameter.name = name;
    parameter.description = text.isEmpty() ? null : text;
    parameter.type = type;
    parameter.required = required;
    return parameter;
  }

  private static ServiceDocument newInstance(Class<? extends ServiceDocument> type) {
    try {
      Constructor<? extends ServiceDocument> constructor = type.getDeclaredConstructor();
      constructor.trySetAccessible();
      return constructor.newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(
          "The constructor of " + type.getName() + " failed", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          type.getName() + " needs a public constructor without arguments", e);
    }
  }

  /** Puts the example where the class itself has left the field empty. */
  private static void fill(ServiceDocument template, String name, PropertyDescription property) {
    PropertyAccessor accessor = property.accessor;
    Object example = property.exampleValue;
    if (accessor == null
        || example == null
        || LEFT_EMPTY.contains(name)
        || !isEmpty(accessor.get(template))) {
      return;
    }
    Object value = as(MethodType.methodType(accessor.type()).wrap().returnType(), example);
    if (value != null) {
      accessor.set(template, value);
    }
  }

  private static boolean isEmpty(@Nullable Object value) {
    return switch (value) {
      case null -> true;
      case Number number -> number.doubleValue() == 0;
      case Boolean truth -> !truth;
      case Character character -> character == 0;
      default -> false;
    };
  }

  /** The example as a value of the field; null if an author's example is none. */
  private static @Nullable Object as(Type type, Object example) {
    try {
      return DocumentJson.standard().convert(example, type);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
