import { Suspense } from 'react'
import { Navigate, Route, Routes } from 'react-router-dom'
import { later } from './shell/later.ts'

const signInPage = () => import('./pages/sign-in/sign-in-page.tsx')

const SignInPage = later(signInPage, 'SignInPage')
const SetupPage = later(() => import('./pages/setup/setup-page.tsx'), 'SetupPage')
const SettingsLayout = later(() => {
  // Signing out must work with the network cut, so the page it leads to is fetched beforehand.
  signInPage().catch(() => undefined)
  return import('./shell/settings-layout.tsx')
}, 'SettingsLayout')
const ProfilePage = later(() => import('./pages/settings/profile-page.tsx'), 'ProfilePage')
const PasswordPage = later(() => import('./pages/settings/password-page.tsx'), 'PasswordPage')
const TwoFactorPage = later(() => import('./pages/settings/two-factor-page.tsx'), 'TwoFactorPage')
const ApiKeyPage = later(() => import('./pages/settings/api-key-page.tsx'), 'ApiKeyPage')
const ApiPasswordPage = later(() => import('./pages/settings/api-password-page.tsx'), 'ApiPasswordPage')
const SessionsPage = later(() => import('./pages/settings/sessions-page.tsx'), 'SessionsPage')
const DownloadsPage = later(() => import('./pages/settings/downloads-page.tsx'), 'DownloadsPage')
const NotFoundPage = later(() => import('./pages/not-found-page.tsx'), 'NotFoundPage')

/** Every URL of the app. The pages are also listed in contract/pages.ts, which says where one may be sent. */
export const AppRoutes = ({ setupToken }: { setupToken: string | undefined }) => (
  <Suspense>
    <Routes>
      <Route path="/" element={<Navigate to="/settings/profile" replace state={{ from: '/' }} />} />
      <Route path="/setup" element={<SetupPage token={setupToken} />} />
      <Route path="/sign-in" element={<SignInPage />} />
      <Route path="/settings" element={<SettingsLayout />}>
        <Route index element={<Navigate to="/settings/profile" replace />} />
        <Route path="profile" element={<ProfilePage />} />
        <Route path="password" element={<PasswordPage />} />
        <Route path="two-factor" element={<TwoFactorPage />} />
        <Route path="api-key" element={<ApiKeyPage />} />
        <Route path="api-password" element={<ApiPasswordPage />} />
        <Route path="sessions" element={<SessionsPage />} />
        <Route path="downloads" element={<DownloadsPage />} />
      </Route>
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  </Suspense>
)
