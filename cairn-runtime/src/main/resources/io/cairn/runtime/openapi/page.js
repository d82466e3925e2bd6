// SPDX-License-Identifier: Apache-2.0
// Shows the description of the host, or of the service that the page's query names:
// /core/ui/api?link=/core/examples
'use strict';
(function () {
  const link = (new URLSearchParams(location.search).get('link') || '').replace(/\/+$/, '');
  document.getElementById('link').value = link;
  document.getElementById('choice').addEventListener('submit', function (event) {
    event.preventDefault();
    const wanted = document.getElementById('link').value.trim();
    const path = wanted && !wanted.startsWith('/') ? '/' + wanted : wanted;
    location.search = path ? '?link=' + encodeURIComponent(path) : '';
  });
  SwaggerUIBundle({
    // One slash: a link cannot lead to another host.
    url: link ? '/' + link.replace(/^\/+/, '') + '/openapi' : '/core/openapi',
    dom_id: '#api',
    deepLinking: true,
    docExpansion: link ? 'list' : 'none',
    defaultModelsExpandDepth: 0,
    filter: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    withCredentials: true
  });
})();
