// Served as /push.js. Shows what the house pushes, and opens the page that it is about. It keeps nothing and answers no request.

self.addEventListener("push", (event) => {
  const { title, href, ...shown } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { ...shown, data: href }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(event.notification.data, self.location.origin);
  if (page.origin === self.location.origin) event.waitUntil(self.clients.openWindow(page));
});
