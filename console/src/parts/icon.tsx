/** The console's icons: one stroke, drawn here, decorative unless labelled by what they stand in. */

const paths = {
  stack: "M12 3 3 7.5 12 12l9-4.5L12 3ZM3 12l9 4.5 9-4.5M3 16.5 12 21l9-4.5",
  requests: "M4 6h16M4 12h16M4 18h10",
  chat: "M4 5h16v11H9l-5 4V5Z",
  key: "M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM10.9 13.1 20 4M15.5 8.5l3.5 3.5M13 11l2 2",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20.5c.8-3.8 3.9-5.5 8-5.5s7.2 1.7 8 5.5",
  price:
    "M12 3v18M16.5 7.5C15.8 6 14 5.5 12 5.5c-2.5 0-4.3 1.2-4.3 3.2 0 4.5 9 2 9 6.6 0 2-1.9 3.2-4.7 3.2-2.2 0-4-.7-4.8-2.3",
  chip: "M7 7h10v10H7zM10 10h4v4h-4zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  deal: "M6 3h9l4 4v14H6V3ZM15 3v4h4M9 12h7M9 16h4",
  plan: "M4 19h16M6 19v-5h4v5M10 19V9h4v10M14 19V5h4v14",
  factory: "M3 21V10l6 4v-4l6 4V4h4l2 17H3Z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z",
  auto: "M12 3a9 9 0 1 0 0 18V3Z",
  language:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c2.5 2.5 3.8 5.5 3.8 9s-1.3 6.5-3.8 9c-2.5-2.5-3.8-5.5-3.8-9S9.5 5.5 12 3Z",
  leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  check: "m4 12.5 5 5L20 6.5",
  cross: "m6 6 12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  edit: "M4 20h4L19 9l-4-4L4 16v4Z",
  send: "M4 12 20 4l-5 16-3.5-6.5L4 12Z",
  stop: "M7 7h10v10H7z",
  retry: "M4 12a8 8 0 1 1 2.5 5.8M4 19v-4.5h4.5",
  warning: "M12 4 2.5 20h19L12 4ZM12 10v4M12 17v.5",
  next: "m9 5 7 7-7 7",
  table: "M3 5h18v14H3zM3 10h18M3 14.5h18M10 5v14",
  chart: "M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6",
  open: "M14 4h6v6M20 4l-9 9M18 13v7H4V6h7",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={name === "auto" ? "currentColor" : "none"}
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {name === "auto" ? <circle cx="12" cy="12" r="9" fill="none" /> : undefined}
      <path d={paths[name]} />
    </svg>
  );
}

/** The mark of the house: tokens stacked on their layers. */
export function Mark({ size = 26 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#3f4fc4" />
      <path d="M7 23h18v3H7z" fill="#fff" opacity=".45" />
      <path d="M9 18h14v3H9z" fill="#fff" opacity=".65" />
      <path d="M11 13h10v3H11z" fill="#fff" opacity=".85" />
      <path d="M13 6h6v5h-6z" fill="#fff" />
    </svg>
  );
}
