// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.runtime.security.Access;
import io.cairn.runtime.security.Needs;
import io.cairn.service.Operation;
import io.cairn.service.StatelessService;
import io.cairn.service.uri.ServiceUriPaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;

/**
 * A page that shows {@code /core/openapi} and sends requests: Swagger UI from its WebJar. Nothing
 * is loaded from elsewhere, and no script stands in the page. Everybody may see it; what it then
 * asks for is decided about by itself.
 */
@Needs(read = Access.OPEN, write = Access.GRANTED)
public final class ApiPageService extends StatelessService {
  /** Of Swagger UI's own: it sets styles on elements, and has its icons in the style sheet. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
          + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";
  private static final String OURS = "/io/cairn/runtime/openapi/";

  /** A new version of the program may bring other files under the same names. */
  private static final String BRIEFLY = "public, max-age=3600";

  private final StaticFile page = new StaticFile(OURS + "page.html", "text/html; charset=utf-8");
  private final Map<String, StaticFile> files;

  public ApiPageService() {
    toggleOption(ServiceOption.CORE, true);
    toggleOption(ServiceOption.URI_NAMESPACE_OWNER, true);
    String jar = "/META-INF/resources/webjars/swagger-ui/" + version() + "/";
    this.files =
        Map.of(
            "/swagger-ui.css", new StaticFile(jar + "swagger-ui.css", STYLE),
            "/swagger-ui-bundle.js", new StaticFile(jar + "swagger-ui-bundle.js", SCRIPT),
            "/page.js", new StaticFile(OURS + "page.js", SCRIPT),
            "/page.css", new StaticFile(OURS + "page.css", STYLE),
            "/favicon-32x32.png", new StaticFile(jar + "favicon-32x32.png", "image/png"));
  }

  private static String version() {
    try (InputStream in =
        ApiPageService.class.getResourceAsStream(
            "/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      if (in == null) {
        throw new IllegalStateException("org.webjars:swagger-ui is missing on the class path");
      }
      Properties said = new Properties();
      said.load(in);
      return said.getProperty("version");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handleGet(Operation get) {
    String path = get.getUri().getPath();
    String below = path.substring(ServiceUriPaths.CORE_UI_API.length());
    if (below.isEmpty() || below.equals("/")) {
      get.addResponseHeader("content-security-policy", POLICY)
          .addResponseHeader("referrer-policy", "no-referrer");
      page.answer(get, "no-cache");
      return;
    }
    StaticFile file = files.get(below);
    if (file == null) {
      Operation.failServiceNotFound(get);
    } else {
      file.answer(get, BRIEFLY);
    }
  }
}
