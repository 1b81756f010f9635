const isOutside = process.env.HEDDLE_OUTSIDE === '1';
const root = import.meta.dirname;

export default {
  output: 'standalone',
  outputFileTracingRoot: root,
  turbopack: { root },
  outputFileTracingIncludes: {
    '/api/*': ['./tasks/**/*', ...(isOutside ? ['./node_modules/@heddle/*/dist/bundle/heddle-*.cjs'] : [])],
  },
  ...(isOutside ? { serverExternalPackages: ['heddle'] } : {}),
};
